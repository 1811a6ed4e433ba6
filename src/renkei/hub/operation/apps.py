"""The operator's desk."""

from __future__ import annotations

from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "renkei.hub.operation"
    label = "operation"
