"""Mail goes out within seconds or not at all, and never stops the deed that it tells of."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest

from .conftest import Hub


class _Letters(socketserver.StreamRequestHandler):
    """As much SMTP as one mail takes."""

    def handle(self) -> None:
        self._say("220 post")
        while line := self.rfile.readline().decode().strip():
            if line.upper() == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.letters.append(b"".join(lines))  # type: ignore[attr-defined]
            self._say("221 bye" if line.upper() == "QUIT" else "250 yes")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def post(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A post office on this machine; the letters that it took."""
    from django.conf import settings

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Letters) as server:
        server.daemon_threads = True
        letters: list[bytes] = []
        server.letters = letters  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setitem(settings.RENKEI, "MAIL_URL", f"smtp://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setitem(settings.RENKEI, "MAIL_FROM", "hub@example.jp")
        yield letters
        server.shutdown()


def warnings() -> list[str]:
    from renkei.hub.core import mail

    return mail.warnings()


def test_a_mail_goes_out_in_japanese_and_the_next_one_clears_the_warning(
    post: list[bytes], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from email import message_from_bytes, policy

    from renkei.hub.core import mail

    (hub.data / "mail-failed").touch()
    assert warnings()
    assert mail.send("suzuki@example.jp", "確認の番号", "鈴木　一 さん\n\n確認の番号は 123456 です。")
    letter = message_from_bytes(post[0], policy=policy.default)
    assert (letter["To"], letter["From"], letter["Subject"]) == ("suzuki@example.jp", "hub@example.jp", "確認の番号")
    assert "確認の番号は 123456 です。" in letter.get_content() and "試験のハブ" in letter.get_content()
    assert not warnings()


def test_a_mail_that_cannot_go_is_said_to_the_operator_and_breaks_nothing(
    post: list[bytes], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.test import Client

    from renkei.hub.config.status import status
    from renkei.hub.core import mail

    for url in ("smtp://127.0.0.1:1", settings.RENKEI["MAIL_URL"].replace("//", "//hub:secret@")):
        monkeypatch.setitem(settings.RENKEI, "MAIL_URL", url)
        assert not mail.send("suzuki@example.jp", "題", "本文")
    assert post == []  # nor was the password given to a server without TLS
    assert "メールを送れませんでした" in status({})
    assert any("メール" in text for text in Client().get("/v1/health").json()["warnings"])
    (hub.data / "mail-failed").unlink()


def test_without_a_server_the_console_has_what_would_have_gone(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    from renkei.hub.core import mail

    assert mail.send("suzuki@example.jp", "確認の番号", "番号は 123456 です。")
    said = capsys.readouterr().err
    assert "番号は 123456 です。" in said and "suzuki@example.jp" not in said


def test_an_address_cannot_bring_headers_of_its_own(post: list[bytes], hub: Hub) -> None:
    from renkei.hub.core import mail

    assert not mail.send("suzuki@example.jp\nBcc: all@example.jp", "題", "本文")
    assert post == []
    (hub.data / "mail-failed").unlink()
