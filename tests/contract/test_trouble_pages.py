"""What people read when something is wrong: Japanese words, never a traceback."""

from __future__ import annotations

import pytest
from django.test import Client

from .conftest import Hub


def test_a_page_that_is_not_there_says_so(hub: Hub) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404 and "このページはありません" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(hub: Hub) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert answer.status_code == 403 and "何も変わっていません" in answer.content.decode()


def test_a_request_over_the_limit_is_told_so(hub: Hub) -> None:
    from django.test import override_settings

    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        answer = Client().post("/sign-in/", {"username": "a" * 200, "password": "b"})
    assert answer.status_code == 413 and "大きすぎるため" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status", "words"), [("fault", 500, "うまくいきませんでした"), ("storage", 503, "今、使えません")]
)
def test_a_fault_of_ours_tells_neither_its_place_nor_its_text(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, fault: str, status: int, words: str
) -> None:
    from django.db import OperationalError

    from renkei.hub.parties.staff import sign_in_views

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("秘密 0000000001") if fault == "storage" else RuntimeError("秘密 0000000001")

    monkeypatch.setattr(sign_in_views, "SignInForm", fail)
    answer = Client(raise_request_exception=False).get("/sign-in/")
    text = answer.content.decode()
    assert answer.status_code == status and words in text
    assert "秘密" not in text and "Traceback" not in text and "0000000001" not in text


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_choosing_the_type_leads_to_no_other_host(hub: Hub, back: str) -> None:
    answer = Client().post("/text-size/", {"size": "large", "back": back})
    assert answer["Location"] == "/" and answer.cookies["renkei_text"].value == "large"


def test_an_unknown_size_is_not_kept(hub: Hub) -> None:
    answer = Client().post("/text-size/", {"size": "x onload=", "back": "/sign-in/"})
    assert answer["Location"] == "/sign-in/" and "renkei_text" not in answer.cookies


def test_every_page_keeps_the_strict_policy_and_writes_nothing_inline(hub: Hub) -> None:
    answer = Client().get("/sign-in/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    text = answer.content.decode()
    assert "style=" not in text and "<style" not in text and "onclick" not in text
    assert text.count("<script") == text.count("<script src=")
