"""argon2id, sized for a small machine."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficeArgon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: the least that OWASP names, about 25 ms of one core."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
