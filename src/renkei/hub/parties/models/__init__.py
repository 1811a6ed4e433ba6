"""Who exists: parties and their services, their keys and certificates, the people who sign in, joining."""

from __future__ import annotations

from .joining import Application, ApplicationState, Invitation, Proof
from .keys import Certificate, CertificateRequest, EnrolmentCode, RequestState, SealingKey
from .machines import AccessToken, Account, Challenge, RefreshToken
from .offices import (
    KnownOffice,
    MailForm,
    OfficeService,
    Party,
    PartyChange,
    PartyChangeKind,
    PartyKind,
    PartyState,
    Satellite,
)
from .people import Attempt, Duty, Job, Level, Membership, Recovery, RecoveryState, SignIn, Staff
from .proposals import Proposal, ProposalState
from .webhooks import Webhook, WebhookState

__all__ = [
    "AccessToken",
    "Account",
    "Application",
    "ApplicationState",
    "Attempt",
    "Certificate",
    "CertificateRequest",
    "Challenge",
    "Duty",
    "EnrolmentCode",
    "Invitation",
    "Job",
    "KnownOffice",
    "Level",
    "MailForm",
    "Membership",
    "OfficeService",
    "Party",
    "PartyChange",
    "PartyChangeKind",
    "PartyKind",
    "PartyState",
    "Proof",
    "Proposal",
    "ProposalState",
    "Recovery",
    "RecoveryState",
    "RefreshToken",
    "RequestState",
    "Satellite",
    "SealingKey",
    "SignIn",
    "Staff",
    "Webhook",
    "WebhookState",
]
