"""What travels."""

from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "renkei.hub.exchange"
    label = "exchange"
