"""Stand-ins for a time-stamp authority: openssl's, which is the witness, and one of our own whose clock can be set."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from renkei.trust import der, keys, profiles
from renkei.trust.der import CONTEXT_0, INTEGER, OCTET_STRING, SEQUENCE, SET

_CONFIG = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = {ess}
"""
_SHA256 = der.encode(SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"))
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")


@dataclass(frozen=True)
class Stamper:
    """A time-stamp authority with its root, in a folder; `reply` is openssl's answer to a query."""

    folder: Path
    root: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        signer = ["-signer", self.folder / "tsa.pem", "-inkey", self.folder / "tsa.key"]
        command = [
            "openssl",
            "ts",
            "-reply",
            "-config",
            self.folder / "ts.cnf",
            "-queryfile",
            self.folder / "query.tsq",
        ]
        return subprocess.run([*command, *signer], capture_output=True, check=True, timeout=30).stdout

    def stamp(self, data: bytes, at: datetime) -> bytes:
        """A token over `data` that states `at`."""
        imprint = der.encode(SEQUENCE, _SHA256, der.encode(OCTET_STRING, hashlib.sha256(data).digest()))
        version, serial = der.encode(INTEGER, b"\x01"), der.encode(INTEGER, b"\x07")
        time = der.encode(der.GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())
        info = der.encode(SEQUENCE, version, der.oid("1.2.3.4.1"), imprint, serial, time)
        encoded = self.certificate.public_bytes(Encoding.DER)
        attributes = der.set_of(
            _attribute("1.2.840.113549.1.9.3", _TST_INFO),
            _attribute("1.2.840.113549.1.9.4", der.encode(OCTET_STRING, hashlib.sha256(info).digest())),
            _attribute("1.2.840.113549.1.9.16.2.47", _named(encoded)),
        )
        signature = self.key.sign(der.encode(SET, attributes), ec.ECDSA(hashes.SHA256()))
        issuer_and_serial = der.encode(SEQUENCE, self.certificate.issuer.public_bytes(), _number(self.certificate))
        signer = der.encode(
            *(SEQUENCE, version, issuer_and_serial, _SHA256, der.encode(CONTEXT_0, attributes)),
            *(der.encode(SEQUENCE, der.oid("1.2.840.10045.4.3.2")), der.encode(OCTET_STRING, signature)),
        )
        content = der.encode(SEQUENCE, _TST_INFO, der.encode(CONTEXT_0, der.encode(OCTET_STRING, info)))
        parts = (der.encode(INTEGER, b"\x03"), der.encode(SET, _SHA256), content)
        signed = der.encode(SEQUENCE, *parts, der.encode(CONTEXT_0, encoded), der.encode(SET, signer))
        return der.encode(SEQUENCE, der.oid("1.2.840.113549.1.7.2"), der.encode(CONTEXT_0, signed))


def make_stamper(
    folder: Path, *, ess: str = "sha256", uses: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)
) -> Stamper:
    """A new authority whose certificates hold from 2020 for twenty years."""
    folder.mkdir(parents=True)
    period = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7300))
    root_key, key = keys.new_key(), keys.new_key()
    name = profiles.subject("架空の時刻認証局", "TSA Root")
    root = profiles.authority_certificate(name, root_key.public_key(), name, root_key, period, 0)
    builder = profiles._builder(profiles.subject("架空の時刻認証局", "TSA"), key.public_key(), name, root_key, period)
    certificate = (
        builder.add_extension(profiles._key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    keys.save_key(folder / "tsa.key", key)
    (folder / "tsa.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "serial").write_text("01")
    (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder, ess=ess))
    return Stamper(folder, root, certificate, key)


@contextmanager
def serving(answer: Callable[[bytes], bytes], status: int = 200, location: str = "") -> Iterator[str]:
    """The address of a small server on this machine that answers each query with `answer(query)`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            body = answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _attribute(oid: str, value: bytes) -> bytes:
    return der.encode(SEQUENCE, der.oid(oid), der.encode(SET, value))


def _named(certificate: bytes) -> bytes:
    digest = der.encode(OCTET_STRING, hashlib.sha256(certificate).digest())
    return der.encode(SEQUENCE, der.encode(SEQUENCE, der.encode(SEQUENCE, digest)))


def _number(certificate: x509.Certificate) -> bytes:
    number = certificate.serial_number
    return der.encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))
