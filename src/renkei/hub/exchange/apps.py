"""What travels."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "renkei.hub.exchange"
    label = "exchange"

    def ready(self) -> None:
        for tasks in ("tasks", "webhooks.delivering"):
            import_module(f"renkei.hub.exchange.{tasks}")  # the models are there only now
