"""The authorities that this office trusts: the files in `trust/`, given at set-up and never taken from the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust.chain import TrustStore
from renkei.trust.errors import TrustError
from renkei.trust.revocation import age_of

from .errors import SetupError
from .folder import write_durably

_ROOTS, _ISSUERS = "roots.pem", "intermediates.pem"


@dataclass(frozen=True)
class Anchors:
    """Roots are trusted as they are; issuers only because a root vouches for them."""

    roots: tuple[x509.Certificate, ...]
    issuers: tuple[x509.Certificate, ...]

    @classmethod
    def given(cls, paths: Iterable[Path]) -> Anchors:
        """From the PEM files that the operator handed over; a file may hold roots and issuers. Raises SetupError."""
        try:
            found = [item for path in paths for item in x509.load_pem_x509_certificates(path.read_bytes())]
        except (OSError, ValueError) as error:
            raise _no_roots("認証局の証明書 (ルート証明書) のファイルを読めません。") from error
        roots = tuple(item for item in found if item.issuer == item.subject)
        if not roots:
            raise _no_roots("認証局の証明書 (ルート証明書) が指定されていません。")
        return cls(roots, tuple(item for item in found if item.issuer != item.subject))

    @classmethod
    def load(cls, folder: Path) -> Anchors:
        """Raises SetupError E-OFFICE-TRUST for files that cannot be read."""
        return cls(read_certificates(folder / _ROOTS), read_certificates(folder / _ISSUERS))

    def and_also(self, more: Anchors) -> Anchors:
        return Anchors(
            tuple(dict.fromkeys((*self.roots, *more.roots))), tuple(dict.fromkeys((*self.issuers, *more.issuers)))
        )

    def save(self, folder: Path) -> None:
        write_certificates(folder / _ROOTS, self.roots)
        write_certificates(folder / _ISSUERS, self.issuers)

    def vouch(self, chain: Sequence[x509.Certificate]) -> Anchors:
        """The anchors with the issuers of `chain` added, once its first certificate has been found good today.

        Raises SetupError with the code of what is wrong with it.
        """
        wider = Anchors(self.roots, tuple(dict.fromkeys((*self.issuers, *chain[1:]))))
        try:
            wider.store(()).check(chain[0], datetime.now(UTC))
        except TrustError as error:
            raise SetupError(error.code, error.message, error.remedy) from error
        return wider

    def is_better(self, crl: bytes, known: bytes | None) -> bool:
        """Whether a list is newer, by number and date, than the one at hand, and one of our authorities signed it."""
        try:
            if known is not None and (crl == known or age_of(crl) <= age_of(known)):
                return False
            self.store([crl])
        except TrustError:
            return False
        return True

    def warnings(self, crls: Iterable[bytes]) -> list[str]:
        """What of the lists is missing or out of date, for people. Raises TrustError for one that does not fit."""
        return self.store(crls).crl_warnings(datetime.now(UTC))

    def store(self, crls: Iterable[bytes]) -> TrustStore:
        return TrustStore(self.roots, self.issuers, crls)


def read_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Raises SetupError E-OFFICE-TRUST."""
    try:
        data = path.read_bytes()
        return tuple(x509.load_pem_x509_certificates(data)) if data else ()
    except (OSError, ValueError) as error:
        raise unreadable() from error


def write_certificates(path: Path, certificates: Iterable[x509.Certificate]) -> None:
    write_durably(path, b"".join(item.public_bytes(Encoding.PEM) for item in certificates))


def unreadable() -> SetupError:
    return SetupError(
        "E-OFFICE-TRUST",
        "信頼する認証局のファイル (trust フォルダ) を読めません。",
        "控えから戻すか、失効リストなら運営者から受け取り直してください。",
    )


def _no_roots(message: str) -> SetupError:
    return SetupError(
        "E-OFFICE-ROOTS", message, "運営者から受け取ったルート証明書 (PEM) を --root で指定してください。"
    )
