"""The office's own key and certificate."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import challenges, cms, keys
from renkei.trust.chain import office_number
from renkei.trust.errors import KeyFileError
from renkei.trust.keys import PrivateKey

from .errors import HubAnswerError, SetupError
from .folder import Folder, sync_folder, write_durably
from .settings import Settings


class Identity:
    """Signs in the office's name. The key never leaves the folder."""

    def __init__(self, key: PrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate

    def sign(self, data: bytes) -> bytes:
        """A detached CMS signature, stated as of now."""
        return cms.sign(data, self.key, self.certificate)

    def answer(self, challenge: str, hub: str, office: str) -> bytes:
        """The signature that signs us in. Raises HubAnswerError for a text that could be anything else.

        A hub that lies could ask for a signature over a manifest or a receipt, or relay the challenge of another hub.
        """
        if not challenges.is_for(challenge, hub, office):
            raise HubAnswerError("not a challenge of our hub to this office", "E-AUTH-CHALLENGE")
        return self.sign(challenge.encode())


def make(folder: Folder, office: str, name: str) -> None:
    """A new private key, and the request to be handed to the authority."""
    key = keys.new_key()
    keys.save_key(folder.key, key)
    write_durably(folder.request, keys.request(key, office, name).public_bytes(Encoding.PEM))


def load(folder: Folder) -> Identity:
    """Raises SetupError E-OFFICE-CERTIFICATE where none was installed, E-CERT-KEY where key or file is damaged."""
    if folder.next_certificate.exists():
        finish_renewal(folder)
    key = own_key(folder)
    try:
        certificates = x509.load_pem_x509_certificates(folder.certificate.read_bytes())
    except FileNotFoundError as error:
        raise SetupError(
            "E-OFFICE-CERTIFICATE",
            "事業所の証明書がまだ入っていません。",
            f"申請書 ({folder.request}) を運営者に渡し、届いた証明書を renkei office install で入れるか、renkei office join で申し込んでください。",
        ) from error
    except (OSError, ValueError) as error:
        raise _damaged() from error
    if certificates[0].public_key() != key.public_key():
        raise _damaged()
    return Identity(key, certificates[0])


def finish_renewal(folder: Folder) -> None:
    """Put the renewed key and certificate in place; a run that was cut off in the middle is gone on with by the next."""
    if folder.next_key.exists():
        folder.next_key.replace(folder.key)
        sync_folder(folder.key.parent)
    folder.next_certificate.replace(folder.certificate)
    sync_folder(folder.certificate.parent)


def own_key(folder: Folder) -> PrivateKey:
    """The office's private key. Raises SetupError E-OFFICE-KEY."""
    try:
        return keys.load_key(folder.key)
    except (OSError, KeyFileError) as error:
        raise _damaged() from error


def fitting(key: PrivateKey, settings: Settings, pem: bytes) -> list[x509.Certificate]:
    """The office's new certificate with those of its issuers that came along.

    Raises SetupError E-OFFICE-CERTIFICATE when it is not this office's, or not for this key.
    """
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise _unfit("証明書のファイルとして読めません。") from error
    check_fit(key, settings, certificates)
    return certificates


def check_fit(key: PrivateKey, settings: Settings, chain: Sequence[x509.Certificate]) -> None:
    """Whether the first is a certificate of this office for this key. Raises SetupError E-OFFICE-CERTIFICATE."""
    try:
        own = bool(chain) and chain[0].public_key() == key.public_key()
        office = office_number(chain[0]) if own else None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unfit("証明書を読めません。") from error
    if not own:
        raise _unfit("この証明書は、この鍵のものではありません。")
    if office != settings.office:
        raise _unfit("この証明書は、ほかの事業所のものです。")


def _unfit(message: str) -> SetupError:
    return SetupError("E-OFFICE-CERTIFICATE", message, "運営者から届いた、この事業所の証明書 (PEM) を選んでください。")


def _damaged() -> SetupError:
    return SetupError(
        "E-OFFICE-KEY",
        "事業所の鍵か証明書 (keys フォルダ) を読めません。",
        "控えから戻してください。なければ、新しいフォルダで renkei office create からやり直してください。",
    )
