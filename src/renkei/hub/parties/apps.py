"""Who exists."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "renkei.hub.parties"
    label = "parties"
