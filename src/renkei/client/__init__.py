"""The SDK, and the office program built on it: send, collect, report, with signatures and receipts.

Both use the hub's public API alone. Software that keeps its own data joins as a `Member` and talks to a `Hub`, or an
`AsyncHub`, which has the same calls to be waited for (docs/api/start.md):

from renkei.client import Hub, Member

with Hub(Member.load("office.json")) as hub:
    sent = hub.send(files)                     # {name: bytes}: checked, signed, the receipts verified
    for unit in hub.collect():                 # verified against its sender's signature
        keep(unit.files)
        hub.acknowledge(unit)

An `Office` is a folder with ledger, outbox and inbox:

from renkei.client import Office

office = Office.create("office", "https://hub.example", "1370100016", "43", "やまぶき", roots=["root.pem"])
office.install_certificate("certificate.pem")  # issued for office/keys/request.csr.pem
sent = office.send()                           # everything in office/outbox
collected = office.collect()                   # into office/inbox, acknowledged
reported = office.report()                     # "we have imported it"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._sync.hub import Hub
from .acknowledging import Told
from .answers import SignedBytes
from .entries import Direction, Entry, KeptReceipt, Signer, State
from .errors import BusyError, ClientError, HubAnswerError, HubError, HubRefused, HubUnreachable, SetupError, Trouble
from .handed import Arrived, Known, Sent
from .identity import Identity
from .limits import Limits
from .member import Member
from .office import Office
from .papers import Attachment, Person, Type, Unfit
from .protocol import Detail, Event, HubInfo, Listed, Part, Summary
from .reminding import Reminder, ReminderEntry
from .results import CollectResult, Outcome, Progress, ReportResult, SendResult
from .saying import Said
from .stating import Envelope, Statement
from .verifying import Verified

if TYPE_CHECKING:
    from ._async.hub import AsyncHub

__all__ = [
    "Arrived",
    "AsyncHub",
    "Attachment",
    "BusyError",
    "ClientError",
    "CollectResult",
    "Detail",
    "Direction",
    "Entry",
    "Envelope",
    "Event",
    "Hub",
    "HubAnswerError",
    "HubError",
    "HubInfo",
    "HubRefused",
    "HubUnreachable",
    "Identity",
    "KeptReceipt",
    "Known",
    "Limits",
    "Listed",
    "Member",
    "Office",
    "Outcome",
    "Part",
    "Person",
    "Progress",
    "Reminder",
    "ReminderEntry",
    "ReportResult",
    "Said",
    "SendResult",
    "Sent",
    "SetupError",
    "SignedBytes",
    "Signer",
    "State",
    "Statement",
    "Summary",
    "Told",
    "Trouble",
    "Type",
    "Unfit",
    "Verified",
]


def __getattr__(name: str) -> Any:
    """The half that waits is loaded for those who use it."""
    if name == "AsyncHub":
        from ._async.hub import AsyncHub

        return AsyncHub
    raise AttributeError(name)
