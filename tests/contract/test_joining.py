"""An office joins: it applies, proves itself by another way, and gets its first administrator."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from .commands import here
from .conftest import Hub

NUMBER = "1379900010"
OWN_ADDRESS = "自分で書いた町9-9-9"
LISTED_ADDRESS = "架空区中央1-2-3"
ACCOUNT = {
    "username": "suzuran",
    "name": "佐藤　花子",
    "new_password": "しずかな朝の提供票が届く",
    "again": "しずかな朝の提供票が届く",
}
A, B = "staff:1", "staff:2"


@pytest.fixture
def listed(hub: Hub) -> Hub:
    """The public list has the office."""
    from renkei.hub.parties.models import KnownOffice

    for kind, service in (("訪問介護", "11"), ("居宅介護支援", "43")):
        KnownOffice.objects.create(
            number=NUMBER,
            kind=kind,
            service=service,
            name="すずらん訪問介護",
            municipality="131130",
            address=LISTED_ADDRESS,
            phone="03-0000-0001",
            fax="03-0000-0002",
            as_of=date(2026, 6, 30),
        )
    return hub


def form(**changes: Any) -> dict[str, Any]:
    given = {
        "number": NUMBER,
        "name": "すずらん",
        "services": ["11"],
        "address": OWN_ADDRESS,
        "phone": "03-9999-9999",
        "fax": "03-9999-9998",
        "contact": "佐藤　花子",
        "email": "hanako@example.jp",
        "agreed": "on",
    }
    return given | changes


def applied(**changes: Any) -> tuple[Any, str]:
    """An application, and the link to follow it."""
    from renkei.hub.parties.models import Application

    answer = Client().post("/join/", form(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.latest("pk"), answer.headers["Location"]


def sent(application: Any, way: str = "post", actor: str = A) -> Any:
    from renkei.hub.parties.joining import proving
    from renkei.hub.parties.models import Proof

    return proving.send_code(application.pk, Proof(way), actor)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", str(answer.content.decode()))


def test_an_office_joins_from_the_first_page_to_its_first_administrator(listed: Hub) -> None:
    from renkei.hub.core.models import Counter, Deed
    from renkei.hub.parties.models import Membership, Party

    page = text(Client().get("/join/", {"number": "13-7990ー001０"}))
    assert LISTED_ADDRESS in page and "すずらん訪問介護" in page and 'value="1379900010"' in page
    application, link = applied()
    browser = Client()
    assert "申し込みを受け付けました" in text(browser.get(link))
    letter = sent(application)
    assert browser.post(link, {"code": letter.code.lower().replace("-", " ")}).status_code == 302
    assert "ログイン名" in text(browser.get(link))
    answer = browser.post(link, ACCOUNT)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/welcome/")

    party = Party.objects.get(number=NUMBER)
    assert party.name == "すずらん訪問介護"  # the list's word, not the applicant's
    assert [service.service for service in party.services.all()] == ["11"]
    assert Counter.objects.count() == 2
    place = Membership.objects.get(party=party)
    assert place.level == "administrator" and place.staff.login == "suzuran"
    # Nobody has shown that mail arrives there: it reminds the office, and is nobody's second factor.
    assert party.email == "hanako@example.jp" and place.staff.email == ""
    assert "利用できます" in text(Client().get(link))
    kinds = set(Deed.objects.values_list("kind", flat=True))
    assert {"application-code", "application-proved", "application-admitted", "party-admitted"} <= kinds


def test_the_code_goes_to_the_address_of_the_public_list_and_to_no_other(listed: Hub) -> None:
    from renkei.hub.parties.joining import letters

    application, _ = applied()
    for way, there in (("post", LISTED_ADDRESS), ("fax", "03-0000-0002")):
        letter = sent(application, way)
        page = letters.of_application(letter)
        assert there in page and letter.code in page
        for theirs in (OWN_ADDRESS, "03-9999-9998", "佐藤", "hanako@example.jp"):
            assert theirs not in page


def test_for_an_office_that_is_in_no_list_no_letter_is_made(hub: Hub) -> None:
    from renkei.hub.core.problems import Refused

    application, _ = applied()
    for way in ("post", "fax"):
        with pytest.raises(Refused, match="E-APPLICATION"):
            sent(application, way)


def test_a_number_with_an_odd_check_digit_is_asked_about_and_not_refused(hub: Hub) -> None:
    page = text(Client().get("/join/", {"number": "1379900015"}))
    assert "ふつうの決まりと合いません" in page and "申し込む" in page
    applied(number="1379900015")
    assert "ふつうの決まりと合いません" not in text(Client().get("/join/", {"number": NUMBER}))


@pytest.mark.parametrize(
    ("field", "value"), [("number", "12345"), ("services", []), ("services", ["ZZ"]), ("agreed", "")]
)
def test_what_is_missing_is_said_beside_its_field(hub: Hub, field: str, value: Any) -> None:
    from renkei.hub.parties.models import Application

    answer = Client().post("/join/", form(**{field: value}))
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()
    assert not Application.objects.exists()


def test_nobody_learns_from_an_application_whether_a_number_has_joined(listed: Hub) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Application

    def shown() -> tuple[str, str, str]:
        before = text(Client().get("/join/", {"number": NUMBER}))
        _, link = applied()
        return before, re.sub(r"<form.*?</form>", "", text(Client().get(link))), ""

    first = shown()
    services.admit_office(NUMBER, "すずらん", ["11"], None)
    again = shown()
    strip = lambda pages: [re.sub(r"申し込み</dt><dd>.*?</dd>|value=\"[\w-]{40,}\"", "", page) for page in pages]  # noqa: E731
    assert strip(again) == strip(first)
    assert list(Application.objects.order_by("pk").values_list("reissue", flat=True)) == [False, True]


def test_wrong_codes_are_counted_and_lock_out_the_right_one_too(listed: Hub) -> None:
    from django.conf import settings

    application, link = applied()
    letter = sent(application)
    browser = Client()
    for _ in range(settings.RENKEI["LOCKOUT_FAILURES"]):
        assert "番号がちがうか" in text(browser.post(link, {"code": "AAAA-AAAA-AAAA"}))
    locked = browser.post(link, {"code": letter.code})
    assert locked.status_code == 429
    application.refresh_from_db()
    assert application.state == "code_sent"


def test_a_code_counts_for_its_own_application_its_time_and_until_the_next_one(
    listed: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.parties.models import Application

    one, link = applied()
    other, other_link = applied(email="b@example.jp")
    letter = sent(one)
    sent(other)
    assert "番号がちがうか" in text(Client().post(other_link, {"code": letter.code}))
    newer = sent(one)
    assert "番号がちがうか" in text(Client().post(link, {"code": letter.code}))
    Application.objects.filter(pk=one.pk).update(code_expires_at=one.applied_at - timedelta(seconds=1))
    assert "番号がちがうか" in text(Client().post(link, {"code": newer.code}))


def test_applications_are_bounded(hub: Hub) -> None:
    from django.conf import settings

    for _ in range(settings.RENKEI["LOCKOUT_FAILURES"]):
        applied()
    answer = Client().post("/join/", form())
    assert answer.status_code == 429 and "待って" in answer.content.decode()


def test_an_office_that_comes_again_needs_two_different_people(listed: Hub) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services
    from renkei.hub.parties.joining import proving
    from renkei.hub.parties.models import Membership, Proof

    party = services.admit_office(NUMBER, "もとの名前", ["43"], None)
    application, link = applied(services=["11", "12"])
    for decide in (lambda: sent(application), lambda: proving.confirm(application.pk, A, Proof.OPERATOR, "電話で")):
        with pytest.raises(Refused, match="E-AUTH-SECOND"):
            decide()
    proving.agree(application.pk, A)
    with pytest.raises(Refused, match="E-AUTH-SECOND"):
        sent(application, actor=A)
    letter = sent(application, actor=B)
    browser = Client()
    browser.post(link, {"code": letter.code})
    browser.post(link, ACCOUNT)
    party.refresh_from_db()
    assert party.name == "もとの名前" and [row.service for row in party.services.all()] == ["43"]
    assert Membership.objects.filter(party=party, level="administrator").count() == 1


def test_an_application_of_before_the_office_joined_also_needs_two(listed: Hub) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services

    application, _ = applied()
    services.admit_office(NUMBER, "すずらん", ["11"], None)
    with pytest.raises(Refused, match="E-AUTH-SECOND"):
        sent(application)


def test_a_refusal_is_read_by_the_applicant_with_its_reason(listed: Hub) -> None:
    from renkei.hub.core.problems import Refused

    application, link = applied()
    here(
        "hub",
        "applications",
        "--data",
        listed.data,
        "--refuse",
        str(application.pk),
        "--reason",
        "番号が廃止されています",
    )
    assert "番号が廃止されています" in text(Client().get(link))
    with pytest.raises(Refused):
        sent(application)


def test_an_account_is_made_once_and_only_after_the_proof(listed: Hub) -> None:
    from renkei.hub.parties.models import Staff

    application, link = applied()
    Client().post(link, ACCOUNT)
    assert not Staff.objects.exists()
    letter = sent(application)
    Client().post(link, {"code": letter.code})
    Client().post(link, ACCOUNT)
    Client().post(link, ACCOUNT | {"username": "second"})
    assert [staff.login for staff in Staff.objects.all()] == ["suzuran"]


def test_a_link_that_is_none_is_no_page(hub: Hub) -> None:
    assert Client().get("/join/nothing-of-the-kind/").status_code == 404


def test_an_operator_decides_by_commands(listed: Hub, tmp_path: Path) -> None:
    application, link = applied()
    assert "すずらん" in here("hub", "applications", "--data", listed.data)
    assert LISTED_ADDRESS in here("hub", "applications", "--data", listed.data, "--show", str(application.pk))
    out = tmp_path / "letter.html"
    here("hub", "applications", "--data", listed.data, "--send-code", str(application.pk), "--out", out)
    assert out.stat().st_mode & 0o777 == 0o600
    code = re.findall(r'class="code">([^<]+)<', out.read_text(encoding="utf-8"))[0]
    assert "<style>" in out.read_text(encoding="utf-8")
    here("hub", "applications", "--data", listed.data, "--confirm", str(application.pk), status=2)
    Client().post(link, {"code": code})
    application.refresh_from_db()
    assert application.state == "proved"


def test_what_led_to_nothing_is_forgotten(listed: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.parties.models import Application
    from renkei.hub.parties.tasks import forget_applications

    applied()
    now = timezone.now()
    forget_applications(now + timedelta(days=179), {})
    assert Application.objects.exists()
    forget_applications(now + timedelta(days=181), {})
    assert not Application.objects.exists()
