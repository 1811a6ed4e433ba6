"""The accounts of an office's programs: made and closed by its administrator or by the operator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.machines import logins, passwords
from renkei.hub.parties.models import Account, Party, PartyKind

MOST_OPEN = 20


@dataclass(frozen=True)
class Made:
    """A new account and its password, which nobody can read again."""

    account: Account
    password: str


def login_name(number: str, nth: int = 1) -> str:
    """The ID of an office's nth program.

    The first has the national form of 14 characters: `KJ`, the prefecture's 2 digits, the office number. That the
    prefecture is the number's first two is our guess; so is `-2`, `-3` … behind the further ones.

    >>> login_name("1379100017"), login_name("1379100017", 2)
    ('KJ131379100017', 'KJ131379100017-2')
    """
    return f"KJ{number[:2]}{number}" + (f"-{nth}" if nth > 1 else "")


def make(party: Party, actor: str) -> Made:
    """An account for a program of an office. Raises Refused (422) for another party, and above the most that may be open."""
    if party.kind != PartyKind.OFFICE:
        raise Refused(422, "E-PARTY-KIND", "プログラムの ID を持てるのは事業所だけです。", "事業所を選んでください。")
    password, stored = passwords.make()
    try:
        with write():
            own = Account.objects.filter(party=party)
            if own.filter(closed_at=None).count() >= MOST_OPEN:
                raise Refused(
                    422, "E-LIMIT", f"ID は {MOST_OPEN} までです。", "使っていない ID をやめてから、作ってください。"
                )
            account = Account.objects.create(
                party=party, login=login_name(party.number, own.count() + 1), password=stored
            )
            deeds.record(actor, "account-made", f"account:{account.pk}", party=party.pk, login=account.login)
    except IntegrityError as error:
        raise Refused(
            409, "E-BUSY", "ほかの人が同時に ID を作りました。", "一覧を確かめて、もう一度試してください。"
        ) from error
    return Made(account, password)


def close(party: Party, login: str, actor: str) -> None:
    """Close an account of this party and end its sign-ins. Raises Refused (404) for one that is not open here."""
    with write():
        account = Account.objects.filter(party=party, login=login, closed_at=None).first()
        if account is None:
            raise Refused(404, "E-NOT-FOUND", "この ID はありません。", "一覧を確かめてください。")
        Account.objects.filter(pk=account.pk).update(closed_at=timezone.now())
        logins.end_all(account)
        deeds.record(actor, "account-closed", f"account:{account.pk}", party=party.pk, login=login)


def of(party: Party) -> list[Account]:
    """The accounts of a party, open ones first, oldest first."""
    return sorted(Account.objects.filter(party=party).order_by("pk"), key=lambda account: account.closed_at is not None)
