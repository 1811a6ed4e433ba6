"""The certificate that a program's connection shows: with curl, against a hub alone and one behind nginx."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import keys
from renkei.trust.authority import Authority

from . import commands, fronts, world
from .conftest import Hub
from .fronts import Front
from .fronts import front as front
from .running import free_port, serving

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

BROKEN = (0, "")  # the connection ended before an answer
NOW = datetime.now(UTC)


@dataclass
class Curl:
    """curl, with the certificates of several clients in a folder."""

    folder: Path
    url: str = ""

    def add(self, name: str, office: world.TestOffice, *issuers: Any) -> None:
        chain = [office.certificate, *issuers]
        (self.folder / f"{name}.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        keys.save_key(self.folder / f"{name}.key", office.key)

    def __call__(self, name: str, path: str, *options: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer of one request with this client's certificate; BROKEN without an answer."""
        command = ["curl", "-sS", "--cacert", str(self.folder / "server.pem"), "-w", "\n%{http_code}", *options]
        if name:
            command += ["--cert", str(self.folder / f"{name}.pem"), "--key", str(self.folder / f"{name}.key")]
        if body is not None:
            command += ["--json", json.dumps(body)]
        host, _, port = self.url.removeprefix("https://").partition(":")
        command += ["--connect-to", f"{fronts.NAME}:{port}:{host}:{port}", f"https://{fronts.NAME}:{port}/v1{path}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        text, _, status = done.stdout.rpartition("\n")
        return (int(status), json.loads(text) if text else {}) if status != "000" else BROKEN

    def code(self, name: str, *options: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a sign-in."""
        status, answer = self(name, "/login", *options, body=body)
        return status, answer and answer.get("code", "")


@dataclass
class Case:
    """A hub with two offices, their accounts, and curl with certificates good and bad."""

    hub: Hub
    curl: Curl
    body: dict[str, str]
    office: world.TestOffice
    other: world.TestOffice


@pytest.fixture
def case(town: Hub, need: Callable[[str], str], tmp_path: Path) -> Case:
    from django.db import connections

    from renkei.hub.config import preparing
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    need("curl")
    office, other = list(town.offices.values())[:2]
    number, service = office.number, office.service
    curl = Curl(tmp_path)
    made = accounts.make(services.office(number), "command:test")

    revoked = world.new_office(town.authority, number, service, "架空")
    town.admit(revoked)
    town.authority.revoke(revoked.certificate.serial_number, "keyCompromise")
    preparing.trust(world.trusted_files(town.authority))
    past = {"not_before": NOW - timedelta(days=9), "not_after": NOW - timedelta(days=1)}
    elsewhere = Authority.create(tmp_path / "elsewhere", "よその認証局")
    curl.add("good", office)
    curl.add("other", other)
    curl.add("revoked", revoked)
    curl.add("expired", world.new_office(town.authority, number, service, "架空", **past))
    curl.add("stranger", world.new_office(town.authority, number, service, "架空"))
    curl.add("wrong-authority", world.new_office(elsewhere, number, service, "架空"), elsewhere.issuing)
    connections.close_all()
    return Case(town, curl, {"id": made.account.login, "password": made.password}, office, other)


@pytest.fixture
def alone(once: None, case: Case, tmp_path: Path) -> Iterator[Case]:
    """The hub without anything in front of it."""
    fronts.certificate(tmp_path)
    port = free_port()
    own = {"TLS_CERT": str(tmp_path / "server.pem"), "TLS_KEY": str(tmp_path / "server.key")}
    case.curl.url = f"https://127.0.0.1:{port}"
    with serving(case.hub.data, port, ALLOWED_HOSTS=f"{fronts.NAME},127.0.0.1", **own):
        yield case


@pytest.fixture
def behind(case: Case, front: Front) -> Case:
    """The hub behind nginx."""
    case.curl.url = front.url
    return case


def test_a_hub_alone_takes_a_good_certificate_and_tells_what_is_wrong_with_others(alone: Case, tmp_path: Path) -> None:
    curl, body = alone.curl, alone.body
    assert curl.code("good", body=body) == (201, "")
    assert curl.code("", body=body) == (401, "E-CERT-MISSING")
    assert curl.code("expired", body=body) == (401, "E-CERT-EXPIRED")
    assert curl.code("revoked", body=body) == (401, "E-CERT-REVOKED")
    assert curl.code("stranger", body=body) == (401, "E-CERT-UNKNOWN")
    assert curl.code("other", body=body) == (401, "E-AUTH-LOGIN")
    # OpenSSL hangs up before the hub could say a word.
    assert curl.code("wrong-authority", body=body) == BROKEN
    _bound(alone)
    _forged(alone)
    _learned(alone, tmp_path)


def test_behind_nginx_a_good_certificate_counts_and_others_are_told_what_is_wrong(behind: Case) -> None:
    curl, body = behind.curl, behind.body
    assert curl.code("good", body=body) == (201, "")
    assert curl.code("", body=body) == (401, "E-CERT-MISSING")
    assert curl.code("expired", body=body) == (401, "E-CERT-EXPIRED")
    assert curl.code("revoked", body=body) == (401, "E-CERT-REVOKED")
    assert curl.code("stranger", body=body) == (401, "E-CERT-UNKNOWN")
    assert curl.code("other", body=body) == (401, "E-AUTH-LOGIN")
    assert curl.code("wrong-authority", body=body) == (401, "E-CERT-AUTHORITY")
    _bound(behind)
    _forged(behind)


def test_the_commands_for_vendors_run_as_they_stand(alone: Case, root: Path, tmp_path: Path) -> None:
    page = (root / "docs/api/login.md").read_text(encoding="utf-8")
    script = "set -eu\n" + "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    script = script.replace("service=43", f"service={alone.office.service}")
    for given, wanted in (("server.pem", "server-ca.pem"), ("good.pem", "office.pem"), ("good.key", "office.key")):
        shutil.copy(tmp_path / given, tmp_path / wanted)
    port = alone.curl.url.rpartition(":")[2]
    (tmp_path / ".curlrc").write_text(f'connect-to = "{fronts.NAME}:{port}:127.0.0.1:{port}"\n')
    said = {"ID": alone.body["id"], "PASSWORD": alone.body["password"], "HUB": f"https://{fronts.NAME}:{port}"}
    environment = {"PATH": os.environ["PATH"], "CURL_HOME": str(tmp_path), **said}
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"events"' in done.stdout


def _bound(case: Case) -> None:
    """A token is worth nothing over a connection with another office's certificate, or none."""
    status, granted = case.curl("good", "/login", body=case.body)
    bearer = ("-H", f"Authorization: Bearer {granted['access_token']}")
    events = f"/events?service={case.office.service}"
    assert case.curl("good", events, *bearer)[0] == 200
    for other in ("other", ""):
        status, answer = case.curl(other, events, *bearer)
        assert (status, answer["code"]) == (401, "E-AUTH-BOUND")
    refreshed = case.curl("good", "/refresh", body={"refresh_token": granted["refresh_token"]})[1]
    replayed = case.curl("good", "/refresh", body={"refresh_token": granted["refresh_token"]})[1]
    assert replayed["code"] == "E-AUTH-REFRESH"
    over = ("-H", f"Authorization: Bearer {refreshed['access_token']}")
    assert case.curl("good", events, *over)[0] == 401


def _forged(case: Case) -> None:
    """Whoever writes the headers of a proxy themselves has shown nothing."""
    certificate = case.office.certificate
    escaped = quote(certificate.public_bytes(Encoding.PEM).decode())
    bytes_ = f":{world.b64(certificate.public_bytes(Encoding.DER))}:"
    for name, value in (("X-SSL-Client-Cert", escaped), ("X_SSL_Client_Cert", escaped), ("Client-Cert", bytes_)):
        header = ("-H", f"{name}: {value}")
        assert case.curl.code("", *header, body=case.body) == (401, "E-CERT-MISSING")
        assert case.curl.code("other", *header, body=case.body) == (401, "E-AUTH-LOGIN")


def _learned(alone: Case, tmp_path: Path) -> None:
    """An authority that the hub learns of counts from the next connection on."""
    options: list[str | Path] = []
    for option in ("root", "issuing"):
        # Under another name than that of the hub's own authority.
        file = shutil.copy(tmp_path / "elsewhere" / f"{option}.pem", tmp_path / f"elsewhere-{option}.pem")
        options += [f"--{option}", file]
    try:
        commands.done("hub", "trust", "--data", alone.hub.data, *options)
        assert alone.curl.code("wrong-authority", body=alone.body) == (401, "E-CERT-UNKNOWN")
    finally:
        for file in (alone.hub.data / "trust").glob("*/elsewhere-*"):
            file.unlink()
