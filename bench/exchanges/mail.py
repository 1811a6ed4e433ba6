"""Postfix, which takes a message on durably, and Dovecot, which keeps it for a mail program to fetch and delete.

Both from the distribution, with the defaults but for ports, folders and: Dovecot syncs every message (`mail_fsync`), keeps
processes ready, and nothing slows a sender down. They must be started as root.
"""

from __future__ import annotations

import contextlib
import imaplib
import itertools
import pwd
import shutil
import smtplib
import subprocess
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from exchanges.common import IDLE_SECONDS, at_once, program, server, shares
from hubs import free_port
from units import Supply

_USER, _PASSWORD = "recipient", "bench"
_SERVICES = "pickup cleanup qmgr rewrite bounce defer trace verify flush error retry discard proxymap lmtp anvil scache"
_PUBLIC = {"pickup", "cleanup", "qmgr", "flush"}
_DOVECOT = """
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
mail_location = maildir:{home}/mail/%n
mail_fsync = always
first_valid_uid = 1
auth_username_format = %Ln
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={home}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  process_min_avail = 4
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
_POSTFIX = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {home}
maillog_file = {home}/postfix.log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
virtual_mailbox_domains = bench.example
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
message_size_limit = 100000000
in_flow_delay = 0
"""


class Mail:
    """One sender with a few sessions, one mailbox."""

    def __init__(self, supply: Supply, smtp: int, imap: int) -> None:
        self._supply, self._smtp, self._imap = supply, smtp, imap
        self._numbers = itertools.count()

    def prepare(self, count: int) -> list[bytes]:
        """Messages ready to be sent: the same three files as attachments."""
        return [self._message() for _ in range(count)]

    def cycle(self, messages: list[bytes]) -> None:
        """Send them all; fetch and delete each as it arrives."""
        at_once(
            *(lambda share=share: self._send(share) for share in shares(messages)), lambda: self._collect(len(messages))
        )

    def _message(self) -> bytes:
        message = EmailMessage()
        message["From"], message["To"] = "sender@bench.example", f"{_USER}@bench.example"
        message["Subject"] = f"{next(self._numbers)}"
        for name, data in self._supply.files()[1].items():
            message.add_attachment(data, "application", "octet-stream", filename=name)
        return bytes(message)

    def _send(self, messages: list[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", self._smtp) as session:
            for message in messages:
                session.sendmail("sender@bench.example", [f"{_USER}@bench.example"], message)

    def _collect(self, count: int) -> None:
        with imaplib.IMAP4("127.0.0.1", self._imap) as session:
            session.login(_USER, _PASSWORD)
            session.select("INBOX")
            while count > 0:
                _, [listed] = session.uid("SEARCH", "UNDELETED")
                uids = listed.split()
                if not uids:
                    time.sleep(IDLE_SECONDS)
                    session.noop()
                    continue
                which = b",".join(uids).decode()
                _, found = session.uid("FETCH", which, "(BODY.PEEK[])")
                assert sum(isinstance(part, tuple) for part in found) == len(uids)
                session.uid("STORE", which, "+FLAGS.SILENT", r"(\Deleted)")
                session.expunge()
                count -= len(uids)


@contextlib.contextmanager
def running(home: Path, supply: Supply) -> Iterator[Mail]:
    """Both servers, with everything they keep under `home`, which others must be able to enter."""
    smtp, imap, lmtp = free_port(), free_port(), free_port()
    home.mkdir(mode=0o755, parents=True)
    for name, owner in (("mail", "mail"), ("spool", "root"), ("data", "postfix")):
        (home / name).mkdir()
        shutil.chown(home / name, pwd.getpwnam(owner).pw_uid)
    (home / "dovecot.conf").write_text(
        _DOVECOT.format(home=home, password=_PASSWORD, imap=imap, lmtp=lmtp), encoding="ascii"
    )
    (home / "main.cf").write_text(_POSTFIX.format(home=home, lmtp=lmtp), encoding="ascii")
    lines = [f"127.0.0.1:{smtp} inet n - n - - smtpd", "postlog unix-dgram n - n - 1 postlogd"]
    # Wake-up time and most processes, as Debian has them.
    wake = {"pickup": "60 1", "qmgr": "300 1", "flush": "1000? 0", "verify": "- 1", "anvil": "- 1", "scache": "- 1"}
    wake |= dict.fromkeys(("cleanup", "bounce", "defer", "trace"), "- 0")
    for name in _SERVICES.split():
        private = "n" if name in _PUBLIC else "-"
        lines.append(f"{name} unix {private} - n {wake.get(name, '- -')} {_daemon(name)}")
    (home / "master.cf").write_text("\n".join(lines) + "\n", encoding="ascii")
    with (
        server([program("dovecot"), "-F", "-c", home / "dovecot.conf"], imap, home / "dovecot.out"),
        server([program("postfix"), "-c", home, "start-fg"], smtp, home / "postfix.out"),
    ):
        try:
            yield Mail(supply, smtp, imap)
        finally:
            # Its master leaves the process group of whoever started it.
            subprocess.run([program("postfix"), "-c", home, "stop"], check=False, capture_output=True)


def _daemon(name: str) -> str:
    return {"rewrite": "trivial-rewrite", "defer": "bounce", "trace": "bounce", "retry": "error"}.get(name, name)
