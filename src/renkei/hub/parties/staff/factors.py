"""Second factors of a person: authenticator app, passkeys, mail, recovery codes. Kept and checked by django-allauth."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.utils import timezone

from renkei.hub.core.writing import write
from renkei.hub.parties.models import Staff

APP, PASSKEY, MAIL, RECOVERY_CODE = "app", "passkey", "mail", "recovery-code"
WAYS = {
    "password": "パスワードだけ",
    APP: "パスワードと認証アプリ",
    MAIL: "パスワードとメールの番号",
    RECOVERY_CODE: "パスワードと予備の番号",
    PASSKEY: "パスキー",
    "known-browser": "パスワード(人を替える)",
}
MOST_PASSKEYS = 10
_Type = Authenticator.Type
# What the libraries raise for an answer that is none: they read it piece by piece, from whoever sent it.
_WRONG = (ValidationError, ValueError, TypeError, LookupError, AttributeError, struct.error)


@dataclass(frozen=True)
class Factors:
    """What a person has. `codes_left` counts recovery codes; alone they are no factor, only the way back to one."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    mail: bool
    codes_left: int

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def count(self) -> int:
        """How many ways there are."""
        return bool(self.app) + len(self.passkeys) + self.mail


def of(staff: Staff) -> Factors:
    """The second factors of a person."""
    rows = list(Authenticator.objects.filter(user_id=staff.pk).order_by("pk"))
    codes = [row for row in rows if row.type == _Type.RECOVERY_CODES]
    return Factors(
        app=next((row for row in rows if row.type == _Type.TOTP), None),
        passkeys=tuple(row for row in rows if row.type == _Type.WEBAUTHN),
        mail=bool(staff.email),
        codes_left=len(RecoveryCodes(codes[0]).get_unused_codes()) if codes else 0,
    )


def new_app_secret() -> str:
    """A secret for an authenticator app, base32."""
    return str(totp.generate_totp_secret())


def app_picture(staff: Staff, secret: str) -> tuple[str, str]:
    """What an app scans: the SVG of the QR code, and the address in it."""
    adapter = get_adapter()
    url = adapter.build_totp_url(staff, secret)
    # The XML head is for files, not for a page.
    return re.sub(r"^<\?xml[^>]*>\s*", "", adapter.build_totp_svg(url)), url


def add_app(staff: Staff, secret: str, code: str) -> bool:
    """Take this app when its code is right; one that was there before counts no more."""
    step = _step_of(secret, code)
    if step is None:
        return False
    with write():
        Authenticator.objects.filter(user_id=staff.pk, type=_Type.TOTP).delete()
        row = totp.TOTP.activate(staff, secret).instance
        row.data["step"] = step
        row.save(update_fields=["data"])
    return True


def use_code(staff: Staff, code: str) -> str | None:
    """Take a code of the app or a recovery code, each once; the way it was, None for a wrong or used one."""
    if len(code) == totp.app_settings.TOTP_DIGITS:
        return APP if _use_app_code(staff, code) else None
    with write():
        row = Authenticator.objects.filter(user_id=staff.pk, type=_Type.RECOVERY_CODES).first()
        return RECOVERY_CODE if row and RecoveryCodes(row).validate_code(code) else None


def _use_app_code(staff: Staff, code: str) -> bool:
    """A code counts once, and none that is older than the last that counted: kept in the row, since several processes
    may serve one hub."""
    with write():
        row = Authenticator.objects.select_for_update().filter(user_id=staff.pk, type=_Type.TOTP).first()
        step = _step_of(get_adapter().decrypt(row.data["secret"]), code) if row else None
        if row is None or step is None or step <= row.data.get("step", 0):
            return False
        row.data["step"], row.last_used_at = step, timezone.now()
        row.save(update_fields=["data", "last_used_at"])
    return True


def _step_of(secret: str, code: str) -> int | None:
    for step in totp.yield_hotp_counters_from_time():
        if totp.compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))):
            return int(step)
    return None


def new_recovery_codes(staff: Staff) -> list[str]:
    """Ten fresh codes; the earlier ones count no more."""
    with write():
        Authenticator.objects.filter(user_id=staff.pk, type=_Type.RECOVERY_CODES).delete()
        return list(RecoveryCodes.activate(staff).generate_codes())


def remove(staff: Staff, row: int) -> bool:
    """Take away one app or passkey; whether it was there."""
    with write():
        mine = Authenticator.objects.filter(user_id=staff.pk).exclude(type=_Type.RECOVERY_CODES)
        return bool(mine.filter(pk=row).delete()[0])


def forget_all(staff: Staff) -> None:
    """Drop everything that was lost. Call it inside `write()`."""
    Authenticator.objects.filter(user_id=staff.pk).delete()


# Passkeys: what a browser is asked and what it answers. The question is kept in the session, and counts once. -------------


def passkey_to_make(staff: Staff) -> dict[str, Any]:
    """The question by which a browser makes a passkey that signs in by itself."""
    return _plain(webauthn.begin_registration(staff, True))


def add_passkey(staff: Staff, name: str, answer: str) -> bool:
    """Take a new passkey when the answer is right."""
    credential = _read(answer)
    if credential is None:
        return False
    try:
        _require_origin(webauthn.parse_registration_response(credential).response.client_data.origin)
        made = webauthn.complete_registration(credential)
    except _WRONG:
        return False
    if not made.is_user_verified() or len(of(staff).passkeys) >= MOST_PASSKEYS:
        return False
    with write():
        webauthn.WebAuthn.add(staff, name, credential)
    return True


def passkey_to_show(staff: Staff | None = None) -> dict[str, Any]:
    """The question by which a browser shows a passkey: of this person, or of whoever has one here."""
    return _plain(webauthn.begin_authentication(staff))


def use_passkey(answer: str, staff: Staff | None = None) -> Staff | None:
    """Whose passkey answered, None for a wrong answer; with `staff`, theirs alone."""
    credential = _read(answer)
    if credential is None:
        return None
    try:
        _require_origin(webauthn.parse_authentication_response(credential).response.client_data.origin)
        person = staff or webauthn.extract_user_from_response(credential)
        row = webauthn.complete_authentication(person, credential)
    except _WRONG:
        return None
    finally:
        webauthn.clear_state()
    with write():
        row.record_usage()
    return person if person.is_active else None


def _require_origin(origin: str) -> None:
    """Raises ValueError unless the browser was on a page of this very hub: the library would take one of a host beneath it."""
    if origin != f"{context.request.scheme}://{context.request.get_host()}":
        raise ValueError


def _plain(options: Any) -> dict[str, Any]:
    """As JSON has it: bytes are base64url by then."""
    plain: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return plain


def _read(answer: str) -> dict[str, Any] | None:
    try:
        credential = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return credential if isinstance(credential, dict) else None
