"""Sending papers from the browser, and what their recipient sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from . import world
from .papers import pdf
from .streets import Street, looks, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")
__all__ = ["person", "street"]  # fixtures


@pytest.fixture
def sender(street: Street, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    """A care manager who signed in with a second factor, where the hub issues certificates."""
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", Path(street.hub.data / "authority"))
    browser = person(street.care_manager)
    session = browser.session
    session["way"] = "app"
    session.save()
    return browser


def choose(browser: Client, files: dict[str, bytes], **fields: Any) -> str:
    """Choose these files; the page that comes."""
    given = [SimpleUploadedFile(name, data) for name, data in files.items()]
    answer = browser.post("/send/papers/", {"files": given} | fields)
    assert answer.status_code == 200
    return answer.content.decode()


def carried(page: str) -> list[str]:
    return re.findall(r'name="upload" value="([^"]+)"', page)


def words(page: str, *titles: str, **fields: Any) -> dict[str, Any]:
    """The form filled in."""
    service = re.search(r'name="service" value="(\d+)"', page)
    given: dict[str, Any] = {"send": "1", "upload": carried(page), "service": service[1] if service else ""}
    for upload, title in zip(carried(page), titles, strict=True):
        given |= {f"{upload}-title": title, f"{upload}-type": "monitoring"}
    return given | fields


def partner(page: str, name: str) -> str:
    found = re.search(rf'name="to" value="(\d+)"[^>]*>\s*<label[^>]*>{re.escape(name)}', page)
    assert found, page
    return found[1]


def sent_units() -> list[Any]:
    from renkei.hub.exchange.models import Transmission

    return list(Transmission.objects.select_related("recipient__party").filter(kind="attachment"))


def test_papers_go_to_a_partner_and_another_under_their_titles(
    street: Street, sender: Client, person: Callable[..., Client]
) -> None:
    page = choose(sender, {"12月のモニタリング.pdf": pdf("1")})
    assert 'value="12月のモニタリング.pdf"' in page and not sent_units()
    page = choose(sender, {"写真.pdf": pdf("2")}, upload=carried(page))
    assert len(carried(page)) == 2
    stranger, service = street.stranger, street.service_office
    chosen = words(
        page,
        "12月のモニタリング.pdf",
        "写真: 玄関.pdf",
        to=[partner(page, service.name)],
        others=f"{stranger.number}-{stranger.service}\n",
    )
    done = sender.post("/send/papers/", chosen).content.decode()
    assert done.count("送りました") == 2 and stranger.name in done
    units = sent_units()
    assert {unit.recipient.party.number for unit in units} == {service.number, stranger.number}
    assert all(unit.sealed_by == "hub" and unit.part_count == 2 for unit in units)
    again = sender.post("/send/papers/", chosen).content.decode()
    assert again.count("この相手にはもう送っています") == 2 and len(sent_units()) == 2

    reader = person(service, "sato")
    [own] = [unit for unit in units if unit.recipient.party.number == service.number]
    record = reader.get(f"/transmissions/{own.pk}/").content.decode()
    assert "添付ファイル <strong>2個</strong>" in record and "モニタリング" not in record
    inside = reader.get(f"/transmissions/{own.pk}/contents/").content.decode()
    assert "12月のモニタリング.pdf" in inside and "モニタリング・" in inside and "ZIP" not in inside
    before = len(looks())
    answer = reader.get(f"/transmissions/{own.pk}/files/02.pdf")
    assert b"".join(answer.streaming_content) == pdf("2") and len(looks()) == before + 1
    assert unquote(answer["Content-Disposition"]).endswith("''写真\uff1a 玄関.pdf")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_where_another_person_approves_papers_do_not_go_at_once(street: Street, sender: Client) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.services import office
    from renkei.hub.workspace.models import Habits

    Habits.objects.create(owner=office(street.care_manager.number).services.get(), approval="other")
    page = choose(sender, {"報告.pdf": pdf("1")})
    before = Transmission.objects.count()
    given = words(page, "報告.pdf", to=[partner(page, street.service_office.name)])
    answer = sender.post("/send/papers/", given)
    assert answer.status_code == 403 and "下書きにしてください" in answer.content.decode()
    assert Transmission.objects.count() == before


def test_whom_and_which_month_a_paper_is_about_goes_along_to_its_recipient(
    street: Street, sender: Client, person: Callable[..., Client]
) -> None:
    from django.utils import timezone

    from renkei.hub.exchange.mailbox import months_to_choose
    from renkei.hub.exchange.models import Subject

    month = months_to_choose(timezone.localdate(), "")[1]
    page = choose(sender, {"報告.pdf": pdf("1"), "写真.pdf": pdf("2")})
    upload = carried(page)[0]
    about = {f"{upload}-month": month, f"{upload}-insurer": "１３１０１６", f"{upload}-insured": " h000001234 "}
    kept = choose(sender, {}, upload=carried(page), add="1", **about)
    assert f'value="{month}" selected' in kept and 'value="１３１０１６"' in kept
    office = street.service_office
    sender.post("/send/papers/", words(page, "報告.pdf", "写真.pdf", to=[partner(page, office.name)], **about))
    [unit] = sent_units()
    assert unit.month_list == [month] and Subject.objects.filter(transmission=unit).count() == 1
    reader = person(office, "sato")
    assert "131016" not in reader.get(f"/transmissions/{unit.pk}/").content.decode()
    inside = reader.get(f"/transmissions/{unit.pk}/contents/").content.decode()
    assert inside.count("保険者番号 131016、被保険者番号 H000001234 の人") == 1
    assert f"{int(month[4:])}月分・保険者番号" in inside


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"insurer": "131016"}, "両方を書いてください"),
        ({"insured": "0000001234"}, "両方を書いてください"),
        ({"insurer": "13101", "insured": "0000001234"}, "保険者番号は、6桁の数字です"),
        ({"insurer": "131016", "insured": "1234"}, "被保険者番号は、10桁の数字"),
        ({"month": "190001"}, "正しく選択してください"),
    ],
)
def test_half_a_person_or_a_wrong_number_does_not_go(
    street: Street, sender: Client, about: dict[str, str], said: str
) -> None:
    page = choose(sender, {"報告.pdf": pdf()})
    [upload] = carried(page)
    given = {f"{upload}-{field}": value for field, value in about.items()}
    answer = sender.post(
        "/send/papers/", words(page, "報告.pdf", to=[partner(page, street.service_office.name)], **given)
    )
    assert answer.status_code == 422 and said in answer.content.decode() and not sent_units()


def test_a_paper_that_must_not_go_says_why_in_words(sender: Client) -> None:
    page = choose(sender, {"しかけ.pdf": pdf(script=True), "メモ.txt": b"x", "にせ.png": pdf(), "よい.pdf": pdf()})
    assert page.count("送れません") == 3 and len(carried(page)) == 1
    for said in ("スクリプト", "送れる種類のファイルではありません", "PNGの画像ではありません", "「印刷」"):
        assert said in page


def test_a_cleaned_paper_is_shown_as_such_on_both_sides(
    street: Street, sender: Client, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "ATTACH_ACTIVE", "clean")
    page = choose(sender, {"計画書.pdf": pdf(script=True)})
    assert "写しを、相手に渡します" in page
    office = street.service_office
    sender.post("/send/papers/", words(page, "計画書.pdf", to=[partner(page, office.name)]))
    [unit] = sent_units()
    theirs = person(office, "sato").get(f"/transmissions/{unit.pk}/contents/").content.decode()
    assert "無害化した写し" in theirs and theirs.count("計画書.pdf") == 1
    ours = sender.get(f"/transmissions/{unit.pk}/contents/").content.decode()
    assert ours.count("計画書.pdf") == 2 and "相手には、無害化した写しだけを渡しました" in ours
    assert person(office, "tanaka").get(f"/transmissions/{unit.pk}/files/01.pdf").status_code == 404


@pytest.mark.parametrize(
    ("title", "fields", "said"),
    [
        ("", {}, "このフィールドは必須です"),
        ("a/b.pdf", {}, "「/」"),
        ("報告.pdf", {"to": []}, "送り先を、1つから"),
        ("報告.pdf", {"others": "9999999999-11"}, "このハブにありません"),
        ("報告.pdf", {"others": "なにか"}, "このハブにありません"),
        ("報告.pdf", {"to": ["999999"]}, "正しく選択してください"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_goes(
    street: Street, sender: Client, title: str, fields: dict[str, Any], said: str
) -> None:
    page = choose(sender, {"報告.pdf": pdf()})
    to = [partner(page, street.service_office.name)]
    answer = sender.post("/send/papers/", words(page, title, **({"to": to} | fields)))
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and carried(text) == carried(page)
    assert not sent_units()


def test_without_a_second_factor_papers_are_only_looked_at(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.care_manager)
    page = choose(browser, {"報告.pdf": pdf()})
    assert "二つ目の確認" in page and 'name="send"' not in page
    to = [partner(page, street.service_office.name)]
    done = browser.post("/send/papers/", words(page, "報告.pdf", to=to)).content.decode()
    assert "2つ目の確認がすんでいません" in done and not sent_units()


def test_nobody_sends_what_another_office_brought_in(
    street: Street, sender: Client, person: Callable[..., Client]
) -> None:
    page = choose(sender, {"報告.pdf": pdf()})
    other = person(street.service_office, "sato")
    answer = other.post("/send/papers/", {"upload": [*carried(page), "nothing"]})
    assert answer.status_code == 302 and answer["Location"] == "/send/papers/"


def test_more_than_a_page_takes_is_refused(sender: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_PAGE_BYTES", 1000)
    given = {"files": [SimpleUploadedFile("a.pdf", bytes(1001))]}
    assert sender.post("/send/papers/", given).status_code == 413
    assert sender.get("/send/papers/").status_code == 200 and "書類を送る" in sender.get("/outbox/").content.decode()


def test_a_slip_with_papers_shows_both(street: Street, person: Callable[..., Client]) -> None:
    from renkei.attachments import index

    from .papers import Paper, bring_in
    from .test_attached_units import envelope, listed

    office = street.care_manager
    paper = {"01.pdf": Paper(pdf())}
    bring_in(office, paper["01.pdf"])
    unit, files = next(
        (unit, files)
        for unit, files in world.units_of(street.month.files[office.number])
        if unit.recipient == street.stranger.number
    )
    how = {"kind": unit.kind.value, "months": unit.months, "sequence": unit.sequence}
    given = envelope(office, street.stranger, paper, files | {index.FILE: listed(paper)}, **how)
    id_ = office.post("/transmissions", given).json()["id"]
    page = person(street.stranger).get(f"/transmissions/{id_}/contents/").content.decode()
    assert "報告書 01.pdf" in page and "ZIP" in page and index.FILE not in page
