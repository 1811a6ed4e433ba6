"""The seals of a file: each signed by the hub, each naming the one before, some with a time-stamp."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import cms, merkle, seals, timestamps
from ..chain import hub_id
from ..errors import TrustError
from ..seals import Statement
from .anchors import Anchors, check_at
from .model import Evidence, Proof
from .wrong import NotProvedError, demand, is_plausible, words_of

# Two clocks may differ by so much, and no more.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Sealed:
    """When something was there: by the hub's word, and by that of a time-stamp authority if one covers it."""

    at: datetime
    stamped_at: datetime | None

    @property
    def proved_at(self) -> datetime:
        """The time at which the certificates must have been good."""
        return self.stamped_at or self.at


class Chain:
    """The seals of one evidence file."""

    def __init__(self, evidence: Evidence, anchors: Anchors) -> None:
        self._hub, self._anchors, self._seals = evidence.subject.hub, anchors, evidence.seals
        self._statements = {number: seal.statement.body for number, seal in evidence.seals.items()} | dict(
            evidence.chain
        )

    def sealed(self, proof: Proof, leaf: bytes) -> Sealed:
        """Raises NotProvedError unless the leaf is in a good seal where the proof says."""
        found, statement = self._checked(proof.seal), self._statement(proof.seal)
        right = merkle.verify(leaf, proof.index, statement.size, proof.path, statement.root)
        demand(right, f"封印 {proof.seal} の中に、この記録がありません。記録か道すじが書きかえられています。")
        return found

    @functools.cache  # noqa: B019  (a chain lives as long as one verification)
    def _checked(self, number: int) -> Sealed:
        """The seal with its signature and, through the chain, its time-stamp."""
        seal = self._seals.get(number)
        if seal is None:
            raise NotProvedError(f"封印 {number} がファイルにありません。")
        statement = self._statement(number)
        stamped_at = self._stamped_at(number)
        sealed = Sealed(statement.at, stamped_at)
        if stamped_at is not None:
            late = statement.at > stamped_at + TOLERANCE
            demand(not late, f"封印 {number} の時刻が、時刻の証明より先になっています。ハブの時計が正しくありません。")
        try:
            signer = cms.verify(seal.statement.body, seal.statement.signature).certificate
        except TrustError as error:
            raise NotProvedError(f"封印 {number} の署名が正しくありません。") from error
        demand(hub_id(signer) == self._hub, f"封印 {number} は、このハブの署名ではありません。")
        check_at(self._anchors.store, signer, sealed.proved_at, f"封印 {number} に署名したハブ")
        return sealed

    @functools.cache  # noqa: B019
    def _statement(self, number: int) -> Statement:
        try:
            statement = seals.parse(self._statements[number])
        except TrustError as error:
            raise NotProvedError(f"封印 {number} の文を読めません。") from error
        expected = statement.number == number and statement.hub == self._hub
        demand(expected, f"封印 {number} の文が、ほかの封印かほかのハブのものです。")
        demand(is_plausible(statement.at), f"封印 {number} の時刻が、あり得ないものです。")
        before = self._statements.get(number - 1)
        if before is not None:
            linked = statement.previous == hashlib.sha256(before).hexdigest()
            demand(linked, f"封印 {number - 1} と {number} がつながりません。鎖が書きかえられています。")
        return statement

    def _stamped_at(self, number: int) -> datetime | None:
        """The time in the first token that covers this seal; None where no chain in the file leads to one."""
        if not self._anchors.stamp_roots:
            return None  # nobody to believe; the notes say so
        bearer = self._bearers[number]
        if isinstance(bearer, NotProvedError):
            raise bearer
        return None if bearer is None else self._token(bearer)

    @functools.cached_property
    def _bearers(self) -> dict[int, int | NotProvedError | None]:
        """For each seal the first from it on with a token, or what breaks the chain on the way. One walk for all."""
        found: dict[int, int | NotProvedError | None] = {}
        for number in sorted(self._statements, reverse=True):
            seal = self._seals.get(number)
            if seal is not None and seal.token is not None:
                found[number] = number
            else:
                found[number] = self._break_at(number + 1) or found.get(number + 1)
        return found

    def _break_at(self, number: int) -> NotProvedError | None:
        if number not in self._statements:
            return None
        try:
            self._statement(number)
        except NotProvedError as error:
            return error
        return None

    @functools.cache  # noqa: B019
    def _token(self, number: int) -> datetime:
        seal = self._seals[number]
        try:
            at = timestamps.verify(seal.token or b"", seal.statement.body, self._anchors.stamp_roots).at
        except TrustError as error:
            raise NotProvedError(f"封印 {number} の時刻の証明: {words_of(error)}") from error
        demand(is_plausible(at), f"封印 {number} の時刻の証明が、あり得ない時刻です。")
        return at
