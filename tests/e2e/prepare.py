"""Makes a hub on disk with the offices of some invented months: `python -m tests.e2e.prepare FOLDER`.

A process of its own, because Django takes its settings once and the tests of the API have theirs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.contract import world

from renkei.trust import keys
from renkei.trust.authority import Authority

from .months import LOGIN, OPERATOR, PASSWORD, Office, entrusting_offices, invented_months


def main(folder: Path) -> None:
    """Prepare FOLDER/hub, and the key and certificate of every office in FOLDER/offices."""
    data = folder / "hub"
    os.environ["RENKEI_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "renkei.hub.config.settings"
    from renkei.hub.config import preparing

    preparing.make_folder(data, world.HUB_ID, "すみれ町のハブ")
    import django

    django.setup()
    preparing.make_tables()
    authority = Authority.create(folder / "authority", "試験の認証局")
    request = x509.load_pem_x509_csr((data / "keys" / "receipt.csr.pem").read_bytes())
    chain = [authority.issue_hub(request, world.HUB_ID), authority.issuing]
    preparing.install_receipt_certificate(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
    preparing.trust(world.trusted_files(authority))
    _admit([*invented_months()[0].offices, *entrusting_offices()], authority, folder / "offices")


def _admit(offices: Iterable[Office], authority: Authority, folder: Path) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import PartyKind

    folder.mkdir()
    for office in offices:
        made = world.new_office(authority, office.number, office.service, office.name)
        keys.save_key(folder / f"{office.number}.key", made.key)
        (folder / f"{office.number}.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
        party = services.admit_office(office.number, office.name, [office.service], made.certificate)
        services.add_staff(LOGIN.format(office.number), office.person, party, PASSWORD)
    operator = services.admit(PartyKind.OPERATOR, "operator", "すみれ町の運営")
    services.add_staff(OPERATOR, "運営　一子", operator, PASSWORD)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
