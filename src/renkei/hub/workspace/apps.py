"""The month of an office."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "renkei.hub.workspace"
    label = "workspace"

    def ready(self) -> None:
        import_module("renkei.hub.workspace.tasks")  # the models are there only now
