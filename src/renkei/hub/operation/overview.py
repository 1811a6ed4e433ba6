"""What waits for the operator, counted only as far as it matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from renkei.hub.core import jobs, mail, partitions, space, stamping
from renkei.hub.exchange.attachments import looking
from renkei.hub.parties.joining import rules
from renkei.hub.parties.keys import issuing
from renkei.hub.parties.keys.trusted import trust_store
from renkei.hub.parties.models import (
    Application,
    Certificate,
    CertificateRequest,
    Party,
    Proposal,
    ProposalState,
    RequestState,
    Staff,
)
from renkei.hub.parties.staff import recovering
from renkei.trust.policies import HUB_KEPT

MOST_COUNTED = 100
ENDING_SOON = timedelta(days=30)


class Waiting(NamedTuple):
    """A heap of work: how many (no more than MOST_COUNTED are counted), and the name of its page."""

    label: str
    many: int
    page: str

    @property
    def words(self) -> str:
        """3件, 100件以上"""
        return f"{self.many}件{'以上' if self.many == MOST_COUNTED else ''}"


def waiting(staff: Staff, now: datetime) -> list[Waiting]:
    """Every heap, those with nothing in them too."""
    return [
        Waiting("利用の申し込み", _some(applications()), "operation-applications"),
        Waiting("証明書の申請", _some(certificate_requests()), "operation-certificates"),
        Waiting("30日以内に終わる証明書", _some(certificates_ending(now)), "operation-certificates"),
        Waiting("サインインできない人の願い", _some(recovering.waiting_for_operator()), "operation-recoveries"),
        Waiting("もう1人の決定を待つ提案", _some(proposals(now).exclude(proposed_by=staff)), "operation-proposals"),
        Waiting("うまくいかないままの仕事", len(jobs.failed(MOST_COUNTED)), "operation-jobs"),
    ]


def warnings(now: datetime) -> list[str]:
    """What is wrong with the hub at present, in words: here and in `renkei hub status`."""
    return [
        *stamping.warnings(now),
        *partitions.warnings(),
        *space.warnings(),
        *mail.warnings(),
        *looking.warnings(),
        *trust_store().crl_warnings(now),
        *issuing.warnings(now),
    ]


def applications() -> QuerySet[Application]:
    """The undecided ones, the oldest first."""
    return Application.objects.filter(state__in=rules.OPEN).order_by("pk")


def certificate_requests() -> QuerySet[CertificateRequest]:
    """Those that wait for a certificate, the oldest first."""
    return CertificateRequest.objects.select_related("party").filter(state=RequestState.ASKED).order_by("pk")


def certificates_ending(now: datetime) -> QuerySet[Certificate]:
    """Those in force that end soon and are not renewed, the first to end first; the hub renews by itself what it keeps."""
    ending = Certificate.objects.select_related("party").filter(revoked_at=None, renewal=None)
    return (
        ending.exclude(kind=HUB_KEPT).filter(not_after__gte=now, not_after__lt=now + ENDING_SOON).order_by("not_after")
    )


def proposals(now: datetime) -> QuerySet[Proposal]:
    """The open ones, the oldest first."""
    return Proposal.objects.filter(state=ProposalState.OPEN, expires_at__gt=now).order_by("pk")


def parties(text: str, after: int) -> QuerySet[Party]:
    """Parties whose number begins with the text, or whose name does; in the order in which they came."""
    found = Party.objects.filter(pk__gt=after).order_by("pk")
    if text and text[0].isascii():
        return found.filter(number__startswith=text)
    return found.filter(name__startswith=text) if text else found


def _some(rows: QuerySet) -> int:  # type: ignore[type-arg]
    return rows[:MOST_COUNTED].count()
