"""The month of an office."""

from __future__ import annotations

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "renkei.hub.workspace"
    label = "workspace"
