"""Who exists."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "renkei.hub.parties"
    label = "parties"

    def ready(self) -> None:
        # The models are there only now.
        import_module("renkei.hub.parties.tasks")
        import_module("renkei.hub.parties.keys.tasks")
