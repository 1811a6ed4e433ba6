"""The app that every other stands on."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "renkei.hub.core"
    label = "core"

    def ready(self) -> None:
        from renkei.hub.core.append_only import protect  # the models are there only now

        post_migrate.connect(protect, sender=self)
        import_module("renkei.hub.core.tasks")
