"""Licences."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "renkei.hub.membership"
    label = "membership"

    def ready(self) -> None:
        import_module("renkei.hub.membership.tasks")  # the models are there only now
