"""The end of an application: the office and its first administrator."""

from __future__ import annotations

from django.db import IntegrityError

from renkei.hub.core import deeds, mail
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties import services
from renkei.hub.parties.directory import address_of
from renkei.hub.parties.models import Application, ApplicationState, Level, Membership, Party, PartyKind, Staff

_TOLD = """事業所番号 {number} に、新しい管理者が登録されました。サインインできなくなったという申し込みがあり、事業所に確かめたうえで入れたものです。
心当たりがないときは、すぐにハブの運営者に知らせてください。
"""


def finish(application_id: int, person: Staff) -> Party:
    """Admit the office of a proved application with `person` (new, the password set) as an administrator, once.

    An office that is here already keeps its name and services, and its other administrators are told. Raises Refused.
    """
    try:
        with write():
            party, told = _finish(application_id, person)
    except IntegrityError as error:  # two of the same name at one moment
        raise services.login_taken() from error
    for address in told:
        mail.send(address, "新しい管理者が登録されました", _TOLD.format(number=party.number))
    return party


def _finish(application_id: int, person: Staff) -> tuple[Party, list[str]]:
    row = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    if row.state != ApplicationState.PROVED:
        raise Refused(409, "E-APPLICATION", "いまは登録できません。", "申し込みのページを読み直してください。")
    party = Party.objects.filter(kind=PartyKind.OFFICE, number=row.number).first()
    if party is not None and not (row.reissue and row.agreed_by):
        # The number has joined since one person alone decided.
        raise Refused(
            409,
            "E-APPLICATION",
            "この番号の事業所は、もう登録されています。",
            "その管理者に招待を頼むか、もう一度申し込んでください。",
        )
    services.save_new(person)
    is_reissue = party is not None
    told = _addresses(party) if party else []
    if party is None:
        party = services.enter(
            PartyKind.OFFICE,
            row.number,
            _name(row),
            row.services.split(","),
            services.Particulars(row.address, row.phone, row.fax, row.email),
            actor=f"staff:{person.pk}",
        )
    Membership.objects.create(staff=person, party=party, level=Level.ADMINISTRATOR)
    row.state, row.party = ApplicationState.ADMITTED, party
    row.save(update_fields=["state", "party"])
    deeds.record(
        f"staff:{person.pk}", "application-admitted", f"application:{row.pk}", party=party.pk, reissue=is_reissue
    )
    return party, told


def _name(row: Application) -> str:
    """As the public list has it: partners choose by this name whom they send to."""
    known = address_of(row.number)
    return known.name if known else row.name


def _addresses(party: Party) -> list[str]:
    """The office's own, and those of its administrators."""
    members = Membership.objects.filter(party=party, active=True).exclude(level=Level.MEMBER)
    return sorted({party.email, *members.values_list("staff__email", flat=True)} - {""})
