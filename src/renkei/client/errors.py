"""What can go wrong in the office program.

    ClientError
    ├── SetupError        the folder, its settings, its certificate, or what was asked for
    ├── BusyError         another run has the folder
    └── HubError
        ├── HubUnreachable   no answer, or one that says "later": trying again helps
        ├── HubRefused       the hub said no, with its own code and words
        └── HubAnswerError   the answer cannot be right: nothing of it is believed

Each has a stable `code`, a Japanese `message` (what happened) and `remedy` (what to do now); none holds personal data.
"""

from __future__ import annotations

from dataclasses import dataclass

from renkei.standard.findings import Finding
from renkei.trust.errors import TrustError


@dataclass(frozen=True)
class Trouble:
    """Why something was not done: code, what happened, what to do now, and the findings behind it."""

    code: str
    message: str
    remedy: str
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, error: ClientError | TrustError) -> Trouble:
        findings = error.findings if isinstance(error, ClientError) else ()
        return cls(error.code, error.message, error.remedy, findings)


class ClientError(Exception):
    """Base of everything that the office program raises on purpose. `findings` are there where a check is behind it."""

    findings: tuple[Finding, ...] = ()

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(code)
        self.code, self.message, self.remedy = code, message, remedy

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}({self.code})"


class SetupError(ClientError):
    """The folder is not ready for this."""


class BusyError(ClientError):
    """Another run of the office program has the folder."""

    def __init__(self) -> None:
        super().__init__(
            "E-OFFICE-BUSY",
            "このフォルダは、いま別の送受信が使っています。",
            "終わるのを待ってから、もう一度実行してください。",
        )


class HubError(ClientError):
    """The hub did not do what was asked."""


class HubUnreachable(HubError):
    """No answer, or one that asks to come back later; everything asked for may be asked again.

    `retry_after`: seconds that the hub asked for, 0 where it said nothing.
    """

    def __init__(
        self,
        remedy: str = "インターネットのつながりを確かめ、しばらくしてからもう一度実行してください。",
        retry_after: int = 0,
    ) -> None:
        super().__init__("E-HUB-UNREACHABLE", "ハブにつながりません。", remedy)
        self.retry_after = retry_after


class HubRefused(HubError):
    """The hub's refusal: HTTP status, its code, its words, its findings."""

    def __init__(self, status: int, trouble: Trouble) -> None:
        super().__init__(trouble.code, trouble.message, trouble.remedy)
        self.status, self.findings = status, trouble.findings


class HubAnswerError(HubError):
    """An answer outside the API's description, or signed by someone else. `detail` is English, for the log."""

    def __init__(
        self, detail: str, code: str = "E-HUB-ANSWER", message: str = "ハブの答えが正しくありません。"
    ) -> None:
        super().__init__(
            code, message, "接続先を確かめてください。正しいのに続くときは、ハブの運営者に連絡してください。"
        )
        self.detail = detail
