"""What every deed of the office program needs at hand."""

from __future__ import annotations

from dataclasses import dataclass

from ._sync import calls
from ._sync.calls import Calls
from ._sync.connection import Connection
from .errors import SetupError
from .folder import Folder
from .identity import Identity
from .ledger import Ledger
from .protocol import HubInfo, Limits
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

    def limits(self) -> Limits:
        """The hub's limits of today. Raises as `hub_info`."""
        return self.hub_info().limits

    def hub_info(self) -> HubInfo:
        """What the hub says of itself, once it is clear that it is the hub that we know.

        Raises SetupError E-HUB-CERTIFICATE when its receipts would be signed by somebody else.
        """
        info = calls.about(self.connection)
        if not self.trust.is_pinned(info):
            raise SetupError(
                "E-HUB-CERTIFICATE",
                "ハブの受領証の証明書が、登録したものと変わっています。",
                "運営者に確かめ、正しいと分かったら renkei office install --hub で登録し直してください。",
            )
        return info
