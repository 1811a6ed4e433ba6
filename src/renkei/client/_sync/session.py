"""Made from `renkei.client._async` by `make docs`: change it there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from renkei.client import identity, trusting
from renkei.client.anchors import Anchors
from renkei.client.identity import Identity
from renkei.client.member import Member
from renkei.client.protocol import HubInfo
from renkei.client.trusting import Trust
from renkei.trust import keys
from renkei.trust.keys import PrivateKey

from . import calls, joining, revocation
from .calls import Calls
from .connection import Connection


class Session:
    """Holds a `member` and keeps it up to date; close it, or use it with `with`."""

    def __init__(self, member: Member, *, transport: httpx2.BaseTransport | None = None, program: str = "") -> None:
        """`program`: a word of this program's own where several collect for one office; `transport` replaces the network."""
        self.member = member
        self._program = program or keys.key_digest(member.key.public_key())[:32]
        self._connection = Connection(member.settings.hub_url, member.settings.tls_ca, transport)
        self._calls: Calls | None = None
        self._known: tuple[Identity, Trust] | None = None
        self._info: HubInfo | None = None

    @classmethod
    def join(
        cls,
        member: Member,
        *,
        code: str = "",
        fingerprints: Iterable[str] = (),
        roots: Iterable[str | os.PathLike[str]] = (),
        transport: httpx2.BaseTransport | None = None,
        program: str = "",
    ) -> Self:
        """Learn to know the hub and ask for the certificate with a one-time code; keep `hub.member` afterwards.

        Its roots are believed by their `fingerprints` (SHA-256, hexadecimal), or given as files (`roots`, PEM). While the
        operator has not issued yet, `fetch_certificate` goes on. After a lost answer join again with the same member.
        """
        hub = cls(member, transport=transport, program=program)
        try:
            hub._meet(fingerprints, roots)
            if code:
                own = member.settings
                hub._certified(joining.ask(hub._connection, member.key, own.office, own.name, code))
        except BaseException:
            hub.close()
            raise
        return hub

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def fetch_certificate(self) -> bool:
        """Whether the certificate that was asked for is here now; then keep `member`."""
        return self._certified(joining.fetch(self._connection, self.member.key))

    def renew(self, key: PrivateKey) -> bool:
        """Ask for a certificate of a new key, which you have kept; whether it came. Else renew again later, with it."""
        own = self.member.settings
        pem = joining.renew(self._connection, self.member.identity, key, own.office, own.name)
        return self._certified(pem, key)

    def refresh_trust(self) -> list[str]:
        """Fetch the revocation lists, once a day; what is missing or out of date (Japanese). Then keep `member`."""
        known, anchors = self.member.revocation_lists, self.member.anchors
        lists = {**known, **revocation.newer(self._connection, anchors, known)}
        self._become(replace(self.member, revocation_lists=lists))
        return anchors.warnings(lists.values())

    def info(self) -> HubInfo:
        """Who the hub is and its limits, asked once. Raises SetupError E-HUB-CERTIFICATE for another than we know."""
        if self._info is None:
            self._info = self._trust.known(calls.about(self._connection))
        return self._info

    @property
    def _trust(self) -> Trust:
        return self._opened[1]

    @property
    def _opened(self) -> tuple[Identity, Trust]:
        """Read once: building the chain of trust takes longer than a call."""
        if self._known is None:
            self._known = self.member.identity, self.member.trust
        return self._known

    @property
    def _api(self) -> Calls:
        if self._calls is None:
            own = self.member.settings
            self._calls = Calls(self._connection, own.hub_id, own.office, self._opened[0], self._program)
        return self._calls

    def _meet(self, fingerprints: Iterable[str], roots: Iterable[str | os.PathLike[str]]) -> None:
        """Believe the hub's receipt certificate, when our roots vouch for it."""
        wanted, files = list(fingerprints), [Path(root) for root in roots]
        anchors = self.member.anchors
        if wanted:
            anchors = anchors.and_also(joining.anchors_by_fingerprint(self._connection, wanted))
        if files or not anchors.roots:
            anchors = anchors.and_also(Anchors.given(files))
        info = calls.about(self._connection)
        wider = trusting.vouched(anchors, info)
        own = replace(self.member.settings, hub_id=info.id, hub_name=info.name)
        pinned = dict.fromkeys((*self.member.hub_certificates, trusting.receipt_chain(info)[0]))
        self._become(replace(self.member, settings=own, anchors=wider, hub_certificates=tuple(pinned)))

    def _certified(self, pem: bytes | None, key: PrivateKey | None = None) -> bool:
        if pem is None:
            return False
        member = replace(self.member, key=key) if key else self.member
        self._become(member.certified(identity.fitting(member.key, member.settings, pem)))
        return True

    def _become(self, member: Member) -> None:
        self.member = member
        self._known = self._calls = self._info = None
