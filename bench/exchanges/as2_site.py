"""django-pyas2 as a site of its own, in its own environment: `as2_site.py make HOME` once, then gunicorn serves it; and
`as2_site.py messages HOME` makes of the files in HOME/plain signed and encrypted messages in HOME/ready."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import django
from django.conf import settings

HOME = Path(os.environ["AS2_HOME"])
PASSWORD = "bench"  # noqa: S105  (of keys that live for minutes)
settings.configure(
    SECRET_KEY=PASSWORD,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="pyas2.urls",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "pyas2"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "as2.sqlite3",
            # With the defaults, every fourth message would be answered with "database is locked".
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL", "timeout": 30},
        }
    },
    MEDIA_ROOT=HOME / "media",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()


def make() -> None:
    """Tables, keys and the two parties."""
    from django.core.management import call_command
    from pyas2.models import Organization, Partner, PrivateKey, PublicCertificate

    call_command("migrate", verbosity=0)
    keys, certificates = {}, {}
    for name in ("sender", "receiver"):
        _make_key(name)
        keys[name] = PrivateKey.objects.create(name=name, key=_pem(name, "key"), key_pass=PASSWORD)
        certificates[name] = PublicCertificate.objects.create(
            name=name, certificate=_pem(name, "crt"), verify_cert=False
        )
    own = keys["receiver"]
    Organization.objects.create(name="receiver", as2_name="receiver", encryption_key=own, signature_key=own)
    Partner.objects.create(
        name="sender",
        as2_name="sender",
        target_url="http://127.0.0.1/",
        encryption="aes_256_cbc",
        encryption_cert=certificates["sender"],
        signature="sha256",
        signature_cert=certificates["sender"],
        mdn=True,
        mdn_mode="SYNC",
        mdn_sign="sha256",
    )


def messages() -> None:
    """Sign and encrypt what lies in HOME/plain."""
    from pyas2lib import Message, Organization, Partner

    sender = Organization(as2_name="sender", sign_key=_pem("sender", "key"), sign_key_pass=PASSWORD)
    receiver = Partner(
        as2_name="receiver",
        verify_cert=_pem("receiver", "crt"),
        encrypt_cert=_pem("receiver", "crt"),
        validate_certs=False,
        sign=True,
        digest_alg="sha256",
        encrypt=True,
        enc_alg="aes_256_cbc",
        mdn_mode="SYNC",
        mdn_digest_alg="sha256",
    )
    for path in sorted((HOME / "plain").iterdir()):
        message = Message(sender, receiver)
        message.build(path.read_bytes(), filename=path.name, content_type="application/octet-stream")
        ready = {"headers": dict(message.headers), "body": b64encode(message.content).decode("ascii")}
        (HOME / "ready" / path.name).write_text(json.dumps(ready), encoding="ascii")
        path.unlink()


def _make_key(name: str) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-sha256",
        "-days",
        "30",
        "-passout",
        f"pass:{PASSWORD}",
    ]
    files = ["-keyout", HOME / f"{name}.only", "-out", HOME / f"{name}.crt", "-subj", f"/CN={name}"]
    subprocess.run([*command, *files], check=True, capture_output=True)
    # The library wants the certificate in the same file.
    (HOME / f"{name}.key").write_bytes((HOME / f"{name}.only").read_bytes() + _pem(name, "crt"))


def _pem(name: str, ending: str) -> bytes:
    return (HOME / f"{name}.{ending}").read_bytes()


if __name__ == "__main__":
    {"make": make, "messages": messages}[sys.argv[1]]()
