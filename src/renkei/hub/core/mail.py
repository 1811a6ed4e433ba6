"""Mail to people: short, bounded in time, and never the reason why a deed fails.

A mail names nobody but its addressee. Without a mail server (`RENKEI_MAIL_URL` empty) none goes out, and what it would have
said stands on the hub's console.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.conf import settings

SECONDS = 10
_log = structlog.get_logger(__name__)


def is_on() -> bool:
    """Whether mails go out."""
    return bool(settings.RENKEI["MAIL_URL"])


def send(to: str, subject: str, text: str, mark: str = "") -> bool:
    """Send one mail, within seconds; False when it could not be sent, which `warnings` then says. Call it after the write.

    `mark` names the mail for good: sent twice under the same one, mail programs know it again. Without it each is another.
    """
    if not is_on():
        _log.info("a mail would go out")
        print(
            f"--- メール(送り先のサーバーが決まっていません)---\n{subject}\n\n{text}\n---", file=sys.stderr, flush=True
        )
        return True
    try:
        with _server(urlsplit(settings.RENKEI["MAIL_URL"])) as server:
            server.send_message(_message(to, subject, text, mark))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _log.warning("mail failed", why=type(error).__name__)
        with suppress(OSError):
            _trouble().touch()
        return False
    with suppress(OSError):
        _trouble().unlink(missing_ok=True)
    return True


def warnings() -> list[str]:
    """What an operator should see to: the last mail could not be sent."""
    return (
        ["メールを送れませんでした。RENKEI_MAIL_URL とメールサーバーを確かめてください。"]
        if _trouble().exists()
        else []
    )


def _trouble() -> Path:
    """There while the last mail has failed: a file, so that it is the same for all processes on this data."""
    folder: Path = settings.DATA
    return folder / "mail-failed"


def _message(to: str, subject: str, text: str, mark: str) -> EmailMessage:
    message, domain = EmailMessage(), settings.RENKEI["MAIL_FROM"].rpartition("@")[2]
    message["From"], message["To"], message["Subject"] = settings.RENKEI["MAIL_FROM"], to, subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{settings.HUB_ID}.{mark}@{domain}>" if mark else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    body = f"{text}\n\n--\n{settings.HUB_NAME}\nこのメールに返信しても、だれも読みません。\n"
    # Seven bits: not every server on the way takes eight.
    message.set_content(body, cte="base64")
    return message


@contextmanager
def _server(url: SplitResult) -> Iterator[smtplib.SMTP]:
    context, host = ssl.create_default_context(), url.hostname or ""
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SECONDS)
    with server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        elif url.username and not isinstance(server, smtplib.SMTP_SSL):
            raise smtplib.SMTPNotSupportedError("no TLS")  # the password would go in clear
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
