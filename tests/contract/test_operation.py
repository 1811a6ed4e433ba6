"""The operator's pages: who may see them, what is on record, and what takes two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from .conftest import Hub
from .streets import PASSWORD, Street, looks, person, street, subject_of
from .test_joining import LISTED_ADDRESS, OWN_ADDRESS, applied, listed

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["listed", "person", "street"]  # fixtures

PAGES = (
    "",
    "notices/",
    "jobs/",
    "applications/",
    "certificates/",
    "recoveries/",
    "parties/",
    "deeds/",
    "looks/",
    "proposals/",
)
WHY = "電話で頼まれたため"


@pytest.fixture
def operator(hub: Hub) -> Callable[..., Client]:
    """`operator(login)` is a signed-in browser of one of the operator's people."""
    from renkei.hub.core.writing import write
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Level, Party, PartyKind

    def enter(login: str = "unei", level: str = Level.ADMINISTRATOR) -> Client:
        with write():
            party, _ = Party.objects.get_or_create(
                kind=PartyKind.OPERATOR, number="operator", defaults={"name": "試験の運営"}
            )
        browser = Client()
        browser.force_login(services.add_staff(login, f"運営　{login}", party, PASSWORD, level))
        return browser

    return enter


@pytest.fixture
def quiet() -> Iterator[None]:
    """No words of this test stand on the pages of the next one."""
    from renkei.hub.core import notices

    yield
    notices._forget()


def deeds(kind: str) -> list[Any]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind=kind))


def jobs_given_up() -> list[Any]:
    from renkei.hub.core import jobs

    return jobs.failed(10)


@pytest.mark.parametrize("page", PAGES)
def test_the_operators_pages_are_for_the_operators_people_alone(
    street: Street, person: Callable[..., Client], operator: Callable[..., Client], page: str
) -> None:
    browser = operator()
    assert browser.post("/unlock/", {"password": PASSWORD}).status_code == 302
    assert browser.get(f"/operation/{page}").status_code == 200
    assert person(street.service_office).get(f"/operation/{page}").status_code == 404
    assert Client().get(f"/operation/{page}").status_code == 302


def test_what_changes_something_takes_an_administrator(street: Street, operator: Callable[..., Client]) -> None:
    browser = operator("tetsudai", "member")
    assert browser.get("/operation/notices/").status_code == 200
    assert browser.post("/operation/notices/", {"title": "見出し", "text": "文"}).status_code == 403


def test_a_notice_stands_on_every_page_until_it_is_taken_down(
    street: Street, person: Callable[..., Client], operator: Callable[..., Client], quiet: None
) -> None:
    from django.utils import timezone

    browser, now = operator(), timezone.localtime()
    given = {
        "title": "9日の夜に止まります",
        "text": "午前1時から2時まで",
        "from_at": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "until": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    assert browser.post("/operation/notices/", given).status_code == 302
    assert given["title"] in person(street.service_office).get("/received/").content.decode()
    assert given["title"] in Client().get("/sign-in/").content.decode()
    (said,) = deeds("notice")
    end = f"/operation/notices/{said.about.removeprefix('notice:')}/end/"
    assert browser.post(end, {"reason": ""}).status_code == 422
    assert browser.post(end, {"reason": WHY}).status_code == 302
    assert given["title"] not in Client().get("/sign-in/").content.decode()
    assert [deed.reason for deed in deeds("end-notice")] == [WHY]


@pytest.mark.parametrize(("begins", "ends"), [(1, -1), (-2, -1), (0, 24 * 400)])
def test_a_notice_that_would_never_or_always_be_shown_is_not_taken(
    hub: Hub, operator: Callable[..., Client], begins: int, ends: int
) -> None:
    from django.utils import timezone

    now = timezone.localtime()
    moments = {
        name: f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M}" for name, hours in (("from_at", begins), ("until", ends))
    }
    answer = operator().post("/operation/notices/", {"title": "見出し", "text": "文", **moments})
    assert answer.status_code == 422
    assert deeds("notice") == []


def test_a_job_that_was_given_up_is_done_again_or_dropped_with_a_reason(
    hub: Hub, operator: Callable[..., Client]
) -> None:
    from django.utils import timezone

    from renkei.hub.core.models import Job
    from renkei.hub.core.writing import write

    now = timezone.now()
    with write():
        first, second = (
            Job.objects.create(kind="sign-ins", due_at=now, failed_at=now, error="OSError") for _ in range(2)
        )
    browser = operator()
    assert "OSError" in browser.get("/operation/jobs/").content.decode()
    for job, deed in ((first, "retry"), (second, "drop")):
        assert browser.post("/operation/jobs/", {"job": job.pk, "deed": deed, "reason": WHY}).status_code == 302
        assert [row.about for row in deeds(f"{deed}-job")] == [f"job:{job.pk}"]
    assert jobs_given_up() == []
    assert browser.post("/operation/jobs/", {"job": second.pk, "deed": "retry", "reason": WHY}).status_code == 404


def test_help_sees_an_offices_list_without_persons_and_says_why(
    street: Street, operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties import services

    party = services.office(street.service_office.number)
    page = f"/operation/services/{party.services.get().pk}/help/"
    browser = operator()
    assert browser.post(page, {"direction": "received"}).status_code == 422
    text = browser.post(page, {"direction": "received", "reason": WHY}).content.decode()
    assert street.slip in text
    assert not any(insured in text or name in text for insured, name in street.names.items())
    assert [(deed.party, deed.reason) for deed in deeds("help")] == [(party.pk, WHY)]
    assert looks() == []


def test_a_party_is_found_by_the_beginning_of_number_or_name(street: Street, operator: Callable[..., Client]) -> None:
    browser, office = operator(), street.service_office
    for text in (office.number[:6], office.name[:3]):
        assert office.number in browser.get("/operation/parties/", {"q": text}).content.decode()
    assert office.number not in browser.get("/operation/parties/", {"q": "ありません"}).content.decode()


def test_digits_that_are_none_of_ours_are_no_fault(operator: Callable[..., Client]) -> None:
    browser = operator()
    for address in ("parties/?after=²", "deeds/?party=²&before=²"):
        assert browser.get(f"/operation/{address}").status_code == 200


def test_an_offices_own_bound_is_set_with_a_reason(street: Street, operator: Callable[..., Client]) -> None:
    from renkei.hub.exchange import quotas
    from renkei.hub.parties import services

    party = services.office(street.care_manager.number)
    page, browser = f"/operation/parties/{party.pk}/", operator()
    assert browser.post(f"{page}quota/", {"units": "０", "reason": WHY}).status_code == 422
    assert browser.post(f"{page}quota/", {"units": "50", "reason": ""}).status_code == 422
    assert browser.post(f"{page}quota/", {"units": "50", "reason": WHY}).status_code == 302
    assert quotas.of(party)[1] == 50
    assert "50件" in browser.get(page).content.decode()
    assert browser.post(f"{page}quota/", {"units": "", "reason": WHY}).status_code == 302
    assert [quotas.of(party)[1], len(deeds("quota"))] == [None, 2]


def test_a_reason_of_any_length_and_shape_is_kept_as_far_as_it_goes(
    street: Street, operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties import services

    page = f"/operation/parties/{services.office(street.care_manager.number).pk}/"
    given = {"units": "50", "reason": f"  \0{'長い' * 400}"}
    assert operator().post(f"{page}quota/", given).status_code == 302
    assert [deed.reason for deed in deeds("quota")] == ["長い" * 250]


def test_the_only_administrator_of_an_office_is_let_in_again_by_the_operator(
    street: Street, person: Callable[..., Client], operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import Recovery

    person(street.service_office, "hitori")
    Client().post("/sign-in/help/", {"username": "hitori"})
    (row,) = Recovery.objects.all()
    browser = operator()
    assert browser.get("/operation/recoveries/")["Location"].startswith("/unlock/?")
    assert browser.post("/unlock/", {"password": PASSWORD}).status_code == 302
    assert "hitori" in browser.get("/operation/recoveries/").content.decode()
    answer = browser.post("/operation/recoveries/", {"recovery": row.pk, "word": "approve", "reason": WHY})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert (row.state, [deed.reason for deed in deeds("recovery-approved")]) == ("approved", [WHY])


# Joining and changing -------------------------------------------------------------------------------------------------


def test_an_application_is_seen_beside_the_public_list_and_answered_by_a_letter(
    listed: Hub, operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import KnownOffice

    application, _ = applied()
    browser, page = operator(), f"/operation/applications/{application.pk}/"
    assert application.name in browser.get("/operation/applications/").content.decode()
    assert 'value="fax"' in browser.get(page).content.decode()
    KnownOffice.objects.update(fax="")
    assert 'value="fax"' not in browser.get(page).content.decode()
    text = browser.get(page).content.decode()
    assert OWN_ADDRESS in text
    assert LISTED_ADDRESS in text
    letter = browser.post(f"{page}letter/", {"way": "post"}).content.decode()
    assert LISTED_ADDRESS in letter
    assert OWN_ADDRESS not in letter
    assert [deed.details["way"] for deed in deeds("application-code")] == ["post"]


def test_an_application_is_confirmed_or_refused_with_a_reason(listed: Hub, operator: Callable[..., Client]) -> None:
    browser = operator()
    first, _ = applied()
    page = f"/operation/applications/{first.pk}/"
    assert browser.post(f"{page}decide/", {"word": "confirm", "reason": ""}).status_code == 422
    assert browser.post(f"{page}decide/", {"word": "confirm", "reason": WHY}).status_code == 302
    second, link = applied()
    assert browser.post(f"/operation/applications/{second.pk}/decide/", {"reason": WHY}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("proved", "refused")
    assert WHY in Client().get(link).content.decode()


def test_an_office_that_is_here_already_takes_two_administrators_to_come_in_again(
    listed: Hub, operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties import services

    application, _ = applied()
    services.admit_office(application.number, application.name, ["11"], None)
    first, second = operator("ichi"), operator("ni")
    page = f"/operation/applications/{application.pk}/"
    assert first.post(f"{page}letter/", {"way": "post"}).status_code == 403
    assert first.post(f"{page}decide/", {"word": "agree"}).status_code == 302
    assert first.post(f"{page}letter/", {"way": "post"}).status_code == 403
    assert second.post(f"{page}letter/", {"way": "post"}).status_code == 200


def test_a_change_is_entered_for_its_day_and_taken_back(street: Street, operator: Callable[..., Client]) -> None:
    from django.utils import timezone

    from renkei.hub.parties import services
    from renkei.hub.parties.models import PartyState

    party, other = (services.office(office.number) for office in (street.care_manager, street.stranger))
    page, browser = f"/operation/parties/{party.pk}/", operator()
    tomorrow = timezone.localdate() + timedelta(days=1)
    given = {"kind": "merged", "day": f"{tomorrow}", "successor_number": other.number, "reason": WHY}
    assert browser.post(f"{page}change/", given | {"successor_number": "0000000000"}).status_code == 422
    assert browser.post(f"{page}change/", given | {"day": "あした"}).status_code == 422
    assert browser.post(f"{page}change/", given).status_code == 302
    (change,) = party.changes.all()
    assert other.name in browser.get(page).content.decode()
    assert browser.post(f"/operation/changes/{change.pk}/cancel/", {"reason": WHY}).status_code == 302
    today = {"kind": "suspended", "day": f"{timezone.localdate()}", "reason": WHY}
    assert browser.post(f"{page}change/", today).status_code == 302
    assert services.office(party.number).state == PartyState.SUSPENDED


def test_the_price_list_is_replaced_whole_or_not_at_all(hub: Hub, operator: Callable[..., Client]) -> None:
    from renkei.hub.membership import price_list, prices

    browser, shipped = operator(), prices.default()
    dearer = prices.write(shipped).replace("21000", "25000")
    assert browser.post("/operation/licences/", {"text": f"{dearer}くずれた行", "reason": WHY}).status_code == 422
    assert browser.post("/operation/licences/", {"text": dearer, "reason": ""}).status_code == 422
    assert price_list.rows() == shipped
    assert browser.post("/operation/licences/", {"text": dearer, "reason": WHY}).status_code == 302
    assert 25000 in {row.price for row in price_list.rows()}
    assert "このハブで入れた料金表" in browser.get("/operation/licences/").content.decode()
    assert browser.post("/operation/licences/", {"text": "", "reason": WHY}).status_code == 302
    assert (price_list.rows(), len(deeds("prices"))) == (shipped, 2)


# Two people -----------------------------------------------------------------------------------------------------------


def propose_reading(browser: Client, street: Street) -> str:
    insured = next(iter(street.names))
    given = {"insurer": street.month.offices[0].insurer, "insured": insured, "reason": WHY}
    assert browser.post("/operation/proposals/", given).status_code == 302
    (deed,) = deeds("propose-looks-of-person")
    return str(deed.about.removeprefix("proposal:"))


def test_reading_who_looked_at_a_person_takes_two_people_and_is_a_look_itself(
    street: Street, person: Callable[..., Client], operator: Callable[..., Client]
) -> None:
    person(street.service_office).get(f"/transmissions/{street.slip}/contents/")
    first, second, third = operator("ichi"), operator("ni"), operator("san")
    id_ = propose_reading(first, street)
    insured = next(iter(street.names))
    page = f"/operation/proposals/{id_}/"
    assert first.post(page, {"word": "agree"}).status_code == 403
    assert first.post(f"{page}looks/").status_code == 404
    assert second.post(page, {"word": "agree"}).status_code == 302
    assert third.post(f"{page}looks/").status_code == 404
    before = len(looks())
    text = first.post(f"{page}looks/").content.decode()
    assert f"transmission:{street.slip}" in text
    assert insured not in text
    own = looks()[before:]
    assert [(look.purpose, look.rule) for look in own] == [("records", "two-people")]
    assert second.post(page, {"word": "refuse"}).status_code == 403
    (done,) = deeds("looks-of-person")
    assert done.actor != done.second


def test_the_numbers_of_the_person_are_nowhere_in_what_is_proposed(
    street: Street, operator: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import Proposal

    propose_reading(operator("ichi"), street)
    (proposal,) = Proposal.objects.all()
    insured = next(iter(street.names))
    assert proposal.given == {"subject": subject_of(street.month, insured)}


def test_an_old_proposal_cannot_be_decided_and_an_agreed_reading_ends_after_an_hour(hub: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.operation import rules
    from renkei.hub.parties.models import Proposal, ProposalState, Staff

    now = timezone.now()
    one, other = Staff(pk=1), Staff(pk=2)
    proposal = Proposal(proposed_by=one, expires_at=now, state=ProposalState.OPEN)
    assert rules.why_not(proposal, other, now)
    assert rules.why_not(proposal, other, now - timedelta(seconds=1)) is None
    agreed = Proposal(proposed_by=one, decided_by=other, decided_at=now, state=ProposalState.DONE)
    assert rules.may_read(agreed, one, now + timedelta(minutes=59))
    assert not rules.may_read(agreed, one, now + timedelta(hours=1))
    assert not rules.may_read(agreed, Staff(pk=3), now)


def test_an_authority_is_distrusted_by_two_people_and_its_certificates_stop_at_once(
    street: Street, operator: Callable[..., Client]
) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.keys import signers, trusted
    from renkei.hub.parties.models import Proposal
    from renkei.trust.chain import fingerprint

    first, second = operator("ichi"), operator("ni")
    issuing = street.hub.authority.issuing
    folder = street.hub.data / "trust"
    assert first.post(f"/operation/authorities/{fingerprint(issuing)}/", {"reason": WHY}).status_code == 302
    (proposal,) = Proposal.objects.all()
    try:
        assert first.post(f"/operation/proposals/{proposal.pk}/", {"word": "agree"}).status_code == 403
        assert second.post(f"/operation/proposals/{proposal.pk}/", {"word": "agree"}).status_code == 302
        with pytest.raises(Refused) as refused:
            signers.check_chain(street.service_office.certificate, proposal.proposed_at)
        assert refused.value.code == "E-CERT-AUTHORITY"
        assert not trusted.distrust(fingerprint(issuing))
    finally:
        for path in (folder / "distrusted").glob("*"):
            path.rename(folder / ("crls" if path.suffix == ".crl" else "intermediates") / path.name)
    assert [deed.reason for deed in deeds("revoke-authority")] == [WHY]


def test_what_the_hub_renews_by_itself_does_not_wait_for_the_operator(street: Street) -> None:
    from django.utils import timezone

    from renkei.hub.operation import overview
    from renkei.hub.parties.models import Certificate
    from renkei.trust.policies import HUB_KEPT

    now = timezone.now()
    Certificate.objects.update(not_after=now + timedelta(days=10))
    kept = Certificate.objects.order_by("pk")[0]
    assert kept in overview.certificates_ending(now)
    Certificate.objects.filter(pk=kept.pk).update(kind=HUB_KEPT)
    assert kept not in overview.certificates_ending(now) and overview.certificates_ending(now).exists()


def test_the_desk_and_the_command_warn_of_the_same(street: Street, operator: Callable[..., Client]) -> None:
    from renkei.hub.config.operating import perform

    words = "メールを送れませんでした"
    assert words not in perform("status", {})
    failed = street.hub.data / "mail-failed"
    failed.touch()
    try:
        assert words in perform("status", {}) and words in operator().get("/operation/").content.decode()
    finally:
        failed.unlink()
