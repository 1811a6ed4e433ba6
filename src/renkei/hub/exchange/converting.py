"""The copies of a unit in the other form of the standard, made before it is put down and named in the receipt.

What was sent as JSON always has its CSV beside it, because every software reads that; CSV has JSON beside it for recipients
that ask for it. Nobody else pays for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from renkei.hub.core.bodies import files as bodies
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.json_form import Standard, Written, written
from renkei.hub.exchange.looking_into import Register
from renkei.hub.exchange.parts import CONVERTED, NewPart
from renkei.hub.parties.models import MailForm
from renkei.standard.findings import Finding
from renkei.trust.manifest import SALT_BYTES, commitment


def beside(
    standard: Standard, form: str, register: Register, taken: Collection[str]
) -> tuple[tuple[NewPart, ...], tuple[Finding, ...]]:
    """The copies of a unit for a recipient that wants `form`, and warnings for what comes as CSV alone.

    `taken` are the names that the unit's files and their other copies have. Raises Refused (422) where a copy can have no
    name of its own.
    """
    made, left = _made(standard, form, register)
    names = {name.casefold() for name in taken}
    if any(one.name.casefold() in names for one in made):
        raise Refused.known(422, "E-ATTACH-NAME")
    return tuple(_part(one) for one in made), tuple(left)


def _made(standard: Standard, form: str, register: Register) -> tuple[list[Written], list[Finding]]:
    if standard.signed:
        return [Written(name, standard.files[name], signed) for name, signed in standard.signed.items()], []
    return written(standard.files, register) if form == MailForm.JSON else ([], [])


def _part(one: Written) -> NewPart:
    salt = secrets.token_bytes(SALT_BYTES)
    prepared = bodies.prepare(salt, [one.data])
    return NewPart(
        name=one.name,
        size=len(one.data),
        commitment=commitment(salt, one.data),
        body=prepared.id,
        made=CONVERTED,
        of=one.of,
        prepared=prepared,
    )
