"""What every deed of the office program needs at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ._sync import calls
from ._sync.calls import Calls
from ._sync.connection import Connection
from .folder import Folder
from .identity import Identity
from .ledger import Ledger
from .limits import Limits
from .protocol import HubInfo
from .results import Progress
from .settings import Settings
from .trusting import Trust


@dataclass(frozen=True)
class Desk:
    """One open folder with its key, its ledger, whom it trusts, and its hub."""

    folder: Folder
    settings: Settings
    identity: Identity
    trust: Trust
    ledger: Ledger
    connection: Connection
    hub: Calls
    progress: Progress

    @property
    def limits(self) -> Limits:
        """The hub's limits of today. Raises as `hub_info`."""
        return self.hub_info.limits

    @cached_property
    def hub_info(self) -> HubInfo:
        """What the hub says of itself, asked once in a run. Raises as `Trust.known`."""
        return self.trust.known(calls.about(self.connection))
