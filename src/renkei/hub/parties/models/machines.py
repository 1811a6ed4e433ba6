"""How programs sign in."""

from __future__ import annotations

from django.db import models

from .keys import Certificate
from .offices import Party


class Challenge(models.Model):
    """A question that a program has answered with its signature: kept until it is over, so that it counts once.

    One that nobody has answered has no row: the hub knows its own by the code in it (`machines.questions`).
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class Account(models.Model):
    """The ID and password with which an office's program signs in beside its client certificate, as at the national
    service. `login` is the ID; the password is stored as Django stores them."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="accounts")
    login = models.CharField(max_length=40, unique=True)
    password = models.CharField(max_length=128)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)


class AccessToken(models.Model):
    """What a program shows after it has signed in. Only its digest is kept; it is worth as much as its certificate.

    `account` is there when it signed in with ID and password: then the client certificate is asked for at each use, and
    it ends with the refresh tokens of its `family`.
    """

    digest = models.CharField(max_length=64, unique=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    family = models.UUIDField(null=True, db_index=True)
    expires_at = models.DateTimeField(db_index=True)


class RefreshToken(models.Model):
    """What a program changes for a new access token, once. One that is shown again ends its whole `family`."""

    digest = models.CharField(max_length=64, unique=True)
    family = models.UUIDField(db_index=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
