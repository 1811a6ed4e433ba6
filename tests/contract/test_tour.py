"""使い方: the way round the month of an invented office."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from .streets import Street, looks, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures


def test_the_way_round_leads_from_stop_to_stop_and_shows_nobody(street: Street, person: Callable[..., Client]) -> None:
    from renkei.hub.workspace.tour import STOPS

    browser, address, seen = person(street.care_manager), "/tour/", 0
    while True:
        page = browser.get(address).content.decode()
        stop = STOPS[seen]
        seen += 1
        assert stop.title in page and stop.alt in page
        assert finders.find(f"tour/{stop.picture}.png")
        if "つぎへ" not in page:
            break
        address = f"/tour/{seen + 1}/"
    assert seen == len(STOPS) and looks() == []
    assert browser.get("/tour/0/").status_code == browser.get(f"/tour/{seen + 1}/").status_code == 404
    assert "/tour/" in browser.get("/settings/").content.decode()
