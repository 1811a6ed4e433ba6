"""Where the hub calls an office's own server."""

from __future__ import annotations

from django.db import models

from .offices import OfficeService


class WebhookState(models.TextChoices):
    ON = "on", "動いている"
    GONE = "gone", "相手のサーバーが、やめるように答えた"
    GIVEN_UP = "given_up", "続けて届かないので、やめた"


class Webhook(models.Model):
    """The address that the hub calls when the feed of a service has something new.

    `feed` is the service's, `told` the feed number that the other side was last told. `salt` makes the secret
    (`webhooks.signing`); the one before it signs too until `previous_until`. `result` of the last call is an HTTP status
    or a word for what went wrong.
    """

    service = models.OneToOneField(OfficeService, on_delete=models.CASCADE, related_name="webhook")
    feed = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=WebhookState.choices, default=WebhookState.ON)
    salt = models.CharField(max_length=32)
    previous_salt = models.CharField(max_length=32, blank=True)
    previous_until = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=40, blank=True)
