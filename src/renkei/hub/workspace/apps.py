"""The month of an office."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "renkei.hub.workspace"
    label = "workspace"

    def ready(self) -> None:
        # The models are there only now.
        import_module("renkei.hub.workspace.tasks")
        erasing, forgetting = map(import_module, ("renkei.hub.exchange.erasing", f"{self.name}.projecting.forgetting"))
        erasing.tell(forgetting.papers_gone)
