"""Deeds about applications and invitations, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from renkei.hub.config.options import BadOption
from renkei.hub.core.words import moment_words
from renkei.hub.parties import numbers
from renkei.hub.parties.joining import applying, inviting, letters, proving
from renkei.hub.parties.models import Application, ApplicationState, PartyKind, Proof

MOST = 100
Arguments = Mapping[str, Any]


def applications(given: Arguments) -> str:
    """Show the open applications or one of them, or decide on one; a code comes back as its letter."""
    actor, reason = given["actor"], given["reason"]
    if given["show"] is not None:
        return _shown(given["show"])
    if given["send_code"] is not None:
        return letters.of_application(proving.send_code(given["send_code"], Proof(given["way"]), actor), alone=True)
    if given["agree"] is not None:
        proving.agree(given["agree"], actor)
        return "同意を記録しました。別の人が、番号を送るか、確かめたことを記録してください。"
    if given["confirm"] is not None:
        if not reason.strip():
            raise BadOption("どうやって事業所に確かめたかを --reason に書いてください。")
        proving.confirm(given["confirm"], actor, Proof.OPERATOR, reason)
        return "確かめたことを記録しました。申し込んだ人は、続きをできます。"
    if given["refuse"] is not None:
        proving.refuse(given["refuse"], actor, reason)
        return "断りました。"
    return _list()


def _list() -> str:
    over = (ApplicationState.ADMITTED, ApplicationState.REFUSED)
    rows = list(Application.objects.exclude(state__in=over).order_by("pk")[:MOST])
    return "\n".join(map(_line, rows)) or "決まっていない申し込みはありません。"


def _line(row: Application) -> str:
    again = "  登録ずみの番号(2人で決めます)" if row.reissue else ""
    return f"{row.pk}  {row.number} {row.name}  {moment_words(row.applied_at)}  {row.get_state_display()}{again}"


def _shown(id_: int) -> str:
    row = Application.objects.filter(pk=id_).first()
    if row is None:
        raise BadOption("この番号の申し込みはありません。")
    said = f"申し込み: {row.name} / {row.address} / 電話 {row.phone} / FAX {row.fax} / {row.services}"
    lines = [_line(row), numbers.hint(PartyKind.OFFICE, row.number), said, f"担当: {row.contact} {row.email}"]
    for known in applying.listed(row.number):
        lines.append(
            f"公表({known.as_of}): {known.kind} / {known.name} / {known.address} / 電話 {known.phone} / FAX {known.fax}"
        )
    if row.agreed_by:
        lines.append(f"1人目の同意: {row.agreed_by}")
    return "\n".join(filter(None, lines))


def invite(given: Arguments) -> str:
    """Invite the first person of a party, for the operator."""
    invited = inviting.invite(None, given["actor"], PartyKind(given["kind"]), given["name"], number=given["number"])
    if given["letter"]:
        return letters.of_invitation(invited, alone=True)
    return (
        f"招待の番号: {invited.code} ({moment_words(invited.expires_at)}まで)\n"
        "番号はここでだけ表示します。本人に直接伝えてください。本人は /invitation/ のページで入れます。"
    )


DEEDS: dict[str, Callable[[Arguments], str]] = {"applications": applications, "invite": invite}
