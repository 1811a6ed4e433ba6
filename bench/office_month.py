"""A hub with the month of one large office on it: 400 clients at 100 partners, one unit for each client and partner.

Run by `pages.py` before the hub is served, for on SQLite nobody else may write then. Whoever looks at the pages gets a session,
whose cookie is left in `session.txt`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from renkei.conformance import make_month
from renkei.standard import records
from renkei.standard.names import FileName
from renkei.standard.units import Unit, UnitKind, group

CLIENTS, PARTNERS, MONTH = 400, 100, "202612"
REPORTED = 0.7  # of the partners; the others' results are still awaited
_START = datetime(2026, 11, 25)  # noqa: DTZ001  (a number)
Files = Mapping[str, bytes]


def units() -> Iterator[tuple[Unit, Files]]:
    """Use tables and actuals, each about one client at one partner."""
    month = make_month(month=MONTH, clients=CLIENTS, service_offices=PARTNERS)
    partners = [office.number for office in month.offices[1:]]
    counter = 0
    for files in month.files.values():
        for unit in group(files)[0]:
            if unit.kind not in (UnitKind.USE_TABLE, UnitKind.ACTUAL):
                continue
            for insured, own in _by_person({name: files[name] for name in unit.files}).items():
                counter += 1
                made = _renamed(own, f"{_START + timedelta(seconds=counter):%Y%m%d%H%M%S}")
                # Half of the people go to another fifty offices: the invented month leaves half of its offices without any.
                made = _elsewhere(made, partners) if int(insured) % 2 else made
                yield group(made)[0][0], made


def twin(number: str) -> str:
    """The other office of an invented one."""
    return f"{number[:3]}9{number[4:]}"


def _by_person(files: Files) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for name, data in files.items():
        kind = FileName.parse(name).kind
        rows: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in records.read(data, kind):
            rows[row["insured_person_number"]].append(row)
        for insured, own in rows.items():
            found[insured][name] = records.write(kind, own)
    return found


def _renamed(files: Files, sequence: str) -> dict[str, bytes]:
    return {f"{name.rpartition('_')[0]}_{sequence}.CSV": data for name, data in files.items()}


def _elsewhere(files: Files, partners: list[str]) -> dict[str, bytes]:
    changed = dict(files)
    for number in partners:
        old, new = number.encode(), twin(number).encode()
        changed = {name.replace(number, twin(number)): data.replace(old, new) for name, data in changed.items()}
    return changed


def fill(home: Path) -> None:
    """Admit everybody and put the month down, as if each office's program had sent it."""
    import django

    django.setup()
    from django.test import Client

    from renkei.hub.parties import services
    from renkei.hub.workspace.projecting import services as projecting
    from renkei.trust import keys
    from renkei.trust.authority import Authority

    authority = Authority.load(home / "authority")
    month = make_month(month=MONTH, clients=CLIENTS, service_offices=PARTNERS)
    key, centre = keys.new_key(), month.offices[0]
    for office in month.offices:
        for number in {office.number} if office is centre else {office.number, twin(office.number)}:
            certificate = authority.issue(keys.request(key, number, office.name), number)
            services.admit_office(number, office.name, [office.service], certificate)
            if office is centre:
                keys.save_key(home / f"{number}.key", key)
                (home / f"{number}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    reported = {number for place, number in enumerate(sorted(_numbers())) if place < REPORTED * PARTNERS}
    for unit, files in units():
        if unit.kind is UnitKind.USE_TABLE or unit.sender in reported:
            _accept(unit, files)
    owner = services.office(centre.number).services.select_related("party").get()
    projecting.project(owner, MONTH)
    browser = Client()
    browser.force_login(services.add_staff("bench", "測る　人", owner.party, "しずかな朝の提供票が届く"))
    (home / "session.txt").write_text(browser.cookies["sessionid"].value, encoding="ascii")
    (home / "centre.txt").write_text(f"{centre.number} {centre.service}", encoding="ascii")


def _numbers() -> set[str]:
    return {unit.sender for unit, _ in units() if unit.kind is UnitKind.ACTUAL}


def _accept(unit: Unit, files: Files) -> None:
    """Take on a unit whose author is known: what a program would have signed."""
    from renkei.hub.exchange import accepting
    from renkei.hub.exchange.accepting import Authored
    from renkei.hub.exchange.envelopes import arrival
    from renkei.hub.exchange.storing import Author
    from renkei.hub.parties import services
    from renkei.trust import manifest

    party = services.office(unit.sender)
    certificate = party.certificates.get()
    data, salts = manifest.build(
        hub="renkei-bench",
        sender=unit.sender,
        sender_service=unit.sender_service,
        recipient=unit.recipient,
        recipient_service=unit.recipient_service,
        kind=unit.kind.value,
        months=list(unit.months),
        sequence=unit.sequence,
        created_at=datetime.now(UTC),
        files=files,
    )
    accepting.accept_one(Authored(arrival(data, b"", salts, files), Author(certificate, certificate.actor)), party)


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
