"""Which kinds of certificates count, and how each says whose it is: a table, and an operator's own rows before it.

The table is tab-separated, with the columns

    kind       a word of our own; an operator's row may say more about a kind of the package
    name       what people call it
    counts     yes or no
    issuer     SHA-256 (hexadecimal) of an authority's certificate on the path. Certificates of an authority that is named
               here are judged by its rows alone: no other authority can issue in its name, nor it in ours
    recognise  what else must hold: `policy:<OID>`, `subject:<regular expression>` or `uri:<beginning>`, or nothing
    number     where the office number stands: `uri` (urn:renkei:office:…), or `subject:<attribute>:<regular expression>`
               with the number as its first group; attributes are CN, OU, O, SERIALNUMBER and UID
    guess      a regular expression on the names of subject and issuer, for words only: a guess never makes anything count
    basis      how it is known

The profiles of the national certificates are not published: the package knows their names and whether they count, an
operator enters issuer and rules.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from cryptography import x509
from cryptography.x509.oid import NameOID

from .chain import OFFICE_NUMBER, fingerprint, office_number
from .errors import CertificateError
from .paths import UNREADABLE

MAX_TABLE = 256 * 1024
RENKEI, HUB_KEPT = "renkei", "hub-kept"
_ATTRIBUTES = {
    "CN": NameOID.COMMON_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "UID": NameOID.USER_ID,
}
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_OID = re.compile(r"\d+(\.\d+)+")


class BadPolicies(ValueError):
    """The table cannot be used; the text says in which line and why, in Japanese."""


@dataclass(frozen=True)
class Policy:
    """One row; see the module."""

    kind: str
    name: str
    counts: bool
    issuer: str
    recognise: str
    number: str
    guess: str
    basis: str

    @property
    def is_complete(self) -> bool:
        """Whether it can recognise anything."""
        return bool(self.issuer or self.recognise)


@dataclass(frozen=True)
class Verdict:
    """The row that a certificate counts by, and whose it is."""

    policy: Policy
    office: str


class Policies:
    """The rows in force, an operator's first."""

    def __init__(self, rows: Iterable[Policy]) -> None:
        self.rows = tuple(rows)
        self._named = frozenset(row.issuer for row in self.rows if row.issuer)

    def judge(self, path: Sequence[x509.Certificate]) -> Verdict:
        """What a certificate counts as; `path` leads from it to its root, found good before. Raises CertificateError:

        E-CERT-KIND for a kind that does not count or is not known, E-CERT-NUMBER for one without an office number.
        """
        row = self.row_of(path)
        if row is None or not row.counts:
            raise CertificateError("E-CERT-KIND", f"kind {row.kind if row else 'unknown'} does not count")
        number = _number(row.number, path[0])
        if number is None:
            raise CertificateError("E-CERT-NUMBER", f"no office number as kind {row.kind} has it")
        return Verdict(row, number)

    def row_of(self, path: Sequence[x509.Certificate]) -> Policy | None:
        """The first row that recognises the certificate at the beginning of `path`."""
        named = {fingerprint(one) for one in path[1:]} & self._named if self._named else frozenset()
        rows = [row for row in self.rows if row.is_complete and (row.issuer in named if named else not row.issuer)]
        return next((row for row in rows if _recognises(row.recognise, path[0])), None)

    def guess(self, certificate: x509.Certificate) -> Policy | None:
        """The row that names in the certificate speak for. For words alone."""
        try:
            names = f"{certificate.subject.rfc4514_string()}\n{certificate.issuer.rfc4514_string()}"
        except UNREADABLE:
            return None
        return next((row for row in self.rows if row.guess and re.search(row.guess, names, re.IGNORECASE)), None)


@cache
def own() -> tuple[Policy, ...]:
    """The rows of the package."""
    return read((files("renkei.trust") / "policies.tsv").read_text(encoding="utf-8"))


def policies(operators: str = "") -> Policies:
    """The rows of the package behind an operator's table (text, empty for none). Raises BadPolicies."""
    return Policies((*(read(operators) if operators.strip() else ()), *own()))


def read(table: str) -> tuple[Policy, ...]:
    """The rows of a table. Raises BadPolicies."""
    if len(table) > MAX_TABLE:
        raise BadPolicies("表が大きすぎます。")
    columns = [field.name for field in fields(Policy)]
    reader = csv.DictReader(table.lstrip("\ufeff").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if list(reader.fieldnames or ()) != columns:
        raise BadPolicies(f"1行目は見出しです。タブで区切って、次のとおりにしてください: {' '.join(columns)}")
    return tuple(_row(line, given) for line, given in enumerate(reader, start=2))


def _row(line: int, given: dict[str, str]) -> Policy:
    values = {name: (value or "").strip() for name, value in given.items() if name is not None}
    wrong = _problem(values)
    if None in given or wrong:
        raise BadPolicies(f"{line}行目: {wrong or '項目が多すぎます。'}")
    return Policy(**(values | {"counts": values["counts"] == "yes"}))  # type: ignore[arg-type]


def _problem(values: dict[str, str]) -> str:
    """What is wrong with a row, in Japanese; empty if nothing."""
    condition, _, detail = values["recognise"].partition(":")
    place, _, rest = values["number"].partition(":")
    attribute, _, pattern = rest.partition(":")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", values["kind"]) or not values["name"]:
        return "kind(半角の英小文字・数字・ハイフン、40文字まで)と name が要ります。"
    if values["counts"] not in ("yes", "no"):
        return "counts は yes か no です。"
    if values["issuer"] and not _FINGERPRINT.fullmatch(values["issuer"]):
        return "issuer は認証局の証明書の指紋(SHA-256、16進数64けた)です。"
    if values["recognise"] and (condition not in ("policy", "subject", "uri") or not detail):
        return "recognise は policy:OID、subject:正規表現、uri:はじめの文字 のどれかです。"
    if condition == "policy" and not _OID.fullmatch(detail):
        return "policy: のあとは OID です。"
    if values["number"] not in ("", "uri") and (place != "subject" or attribute not in _ATTRIBUTES):
        return "number は uri か、subject:項目:正規表現 です。項目は CN、OU、O、SERIALNUMBER、UID です。"
    if values["counts"] == "yes" and values["issuer"] and not values["number"]:
        return "使える種類には number(事業所番号のある場所)が要ります。"
    groups = [(detail if condition == "subject" else "", 0), (pattern, 1), (values["guess"], 0)]
    return next((words for expression, least in groups if (words := _bad_expression(expression, least))), "")


def _bad_expression(expression: str, groups: int) -> str:
    try:
        found = re.compile(expression)
    except re.error:
        return "正規表現が正しくありません。"
    return "" if not expression or found.groups >= groups else "number の正規表現は、番号を ( ) で囲んでください。"


def _recognises(condition: str, certificate: x509.Certificate) -> bool:
    kind, _, detail = condition.partition(":")
    try:
        if kind == "policy":
            found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
            return any(one.policy_identifier.dotted_string == detail for one in found)
        if kind == "uri":
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            return any(uri.startswith(detail) for uri in names.get_values_for_type(x509.UniformResourceIdentifier))
        return re.search(detail, certificate.subject.rfc4514_string()) is not None
    except UNREADABLE:
        return False


def _number(rule: str, certificate: x509.Certificate) -> str | None:
    if rule == "uri":
        return office_number(certificate)
    _, attribute, pattern = (*rule.split(":", 2), "", "")[:3]
    try:
        values = certificate.subject.get_attributes_for_oid(_ATTRIBUTES[attribute])
        found = re.search(pattern, str(values[0].value)) if len(values) == 1 else None
    except (KeyError, *UNREADABLE):
        return None
    number = found[1] if found else None
    return number if number and OFFICE_NUMBER.fullmatch(number) else None
