"""Who exists."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "renkei.hub.parties"
    label = "parties"

    def ready(self) -> None:
        import_module("renkei.hub.parties.tasks")  # the models are there only now
