"""The office program: send, collect, report, with signatures and receipts. It uses the hub's public API alone.

from renkei.client import Office

office = Office.create("office", "https://hub.example", "1370100016", "43", "やまぶき", roots=["root.pem"])
office.install_certificate("certificate.pem")  # issued for office/keys/request.csr.pem
sent = office.send()                           # everything in office/outbox
collected = office.collect()                   # into office/inbox, acknowledged
reported = office.report()                     # "we have imported it"
"""

from __future__ import annotations

from .acknowledging import Told
from .entries import Direction, Entry, KeptReceipt, Signer, State
from .errors import BusyError, ClientError, HubAnswerError, HubError, HubRefused, HubUnreachable, SetupError, Trouble
from .office import Office
from .results import CollectResult, Outcome, Progress, ReportResult, SendResult
from .saying import Said
from .verifying import Verified

__all__ = [
    "BusyError",
    "ClientError",
    "CollectResult",
    "Direction",
    "Entry",
    "HubAnswerError",
    "HubError",
    "HubRefused",
    "HubUnreachable",
    "KeptReceipt",
    "Office",
    "Outcome",
    "Progress",
    "ReportResult",
    "Said",
    "SendResult",
    "SetupError",
    "Signer",
    "State",
    "Told",
    "Trouble",
    "Verified",
]
