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
        erasing = import_module("renkei.hub.exchange.erasing")
        erasing.tell(import_module(f"{self.name}.projecting.forgetting").papers_gone)
        erasing.tell(import_module(f"{self.name}.answering.answers").slips_gone)
        papers = import_module("renkei.hub.exchange.attachments.papers")
        papers.bar(import_module(f"{self.name}.habits.services").why_not_at_once)
