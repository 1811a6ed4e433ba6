from __future__ import annotations

from typing import Any

from django.db import migrations

_INDEX = "parties_knownoffice_address_begins"


def make(_apps: Any, editor: Any) -> None:
    """As for names (`_name_indexes`): offices are found by how their address begins."""
    how = " text_pattern_ops" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"CREATE INDEX {_INDEX} ON parties_knownoffice (address{how})")


def drop(_apps: Any, editor: Any) -> None:
    editor.execute(f"DROP INDEX {_INDEX}")


class Migration(migrations.Migration):
    dependencies = [("parties", "0011_webhook_calls_are_jobs")]

    operations = [migrations.RunPython(make, drop)]
