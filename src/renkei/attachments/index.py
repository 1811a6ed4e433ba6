"""ATTACHMENTS.JSON, format `renkei-attachments/1`: what the attached files of a unit are called for people.

The manifest, which is kept for years, names attached files neutrally (`01.pdf`); titles and people stand here, in a file
that is encrypted and erased with the rest. UTF-8 JSON, read strictly:

    {"format": "renkei-attachments/1", "files": [{"name": "01.pdf", "title": "月次報告 12月.pdf", "type": "monthly_report",
     "media": "application/pdf", "person": {"insurer": "131016", "insured": "0000001234"}, "month": "202612"}]}

`person` and `month` may be left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from renkei.attachments.kinds import MEDIA
from renkei.standard import values
from renkei.trust import strictjson
from renkei.trust.manifest import FILE_NAME

FILE = "ATTACHMENTS.JSON"
# The kind of a unit that has attached files alone; any other unit may have some too.
KIND, KIND_LABEL = "attachment", "添付ファイル"
FORMAT = "renkei-attachments/1"
MAX_BYTES = 256 * 1024
MAX_FILES = 200
MAX_TITLE = 200  # characters

INSURER, INSURED = (re.compile(values.FORMS[form].pattern) for form in ("insurer", "insured"))
_MONTH = re.compile(values.MONTH)
_MEDIA = re.compile("|".join(map(re.escape, MEDIA)))
# Control and format characters (bidirectional overrides among them), halves of a pair, separators of lines; a path's.
_REFUSED_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
_REFUSED = "/\\"


class IndexRefused(ValueError):
    """This is no index, or not one of these files. `code` is of the catalogue; the text is English and names nobody."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Type(StrEnum):
    """What an attached file is about.

    >>> Type("plan").label
    '計画書'
    """

    MONTHLY_REPORT = "monthly_report"
    MONITORING = "monitoring"
    PLAN = "plan"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Type.MONTHLY_REPORT: "月次報告",
    Type.MONITORING: "モニタリング",
    Type.PLAN: "計画書",
    Type.OTHER: "その他",
}
_TYPE = re.compile("|".join(Type))


@dataclass(frozen=True)
class Person:
    """Whom a file is about: the insurer's number (6 digits) and the insured person's (10 characters)."""

    insurer: str
    insured: str


@dataclass(frozen=True)
class Attached:
    """One attached file: its name in the manifest, its title for people, and what it is."""

    name: str
    title: str
    type: Type
    media: str
    person: Person | None = None
    month: str | None = None


@dataclass(frozen=True)
class Index:
    """The attached files of one unit, in the sender's order."""

    files: tuple[Attached, ...]

    def of(self, name: str) -> Attached:
        """The file of this name in the manifest. Raises KeyError."""
        return next((file for file in self.files if file.name == name), None) or _unknown(name)


def parse(data: bytes) -> Index:
    """Read an index. Raises IndexRefused E-ATTACH-INDEX for anything that the format does not say."""
    try:
        return _read(strictjson.load(data, MAX_BYTES))
    except ValueError as error:
        raise IndexRefused("E-ATTACH-INDEX", str(error)) from error


def build(files: Iterable[Attached]) -> bytes:
    """The bytes of an index; the same files give the same bytes. Raises IndexRefused where `parse` would.

    >>> parse(build([Attached("01.pdf", "計画書.pdf", Type.PLAN, "application/pdf")])).of("01.pdf").title
    '計画書.pdf'
    """
    try:
        data = strictjson.dump({"format": FORMAT, "files": [_as_dict(file) for file in files]})
    except (UnicodeError, TypeError) as error:
        raise IndexRefused("E-ATTACH-INDEX", "a title or number is no text") from error
    parse(data)
    return data


def check_names(index: Index, names: Iterable[str]) -> None:
    """Whether the index names exactly these files. Raises IndexRefused E-ATTACH-INDEX-FILES."""
    strange = {file.name for file in index.files} ^ set(names)
    if strange:
        raise IndexRefused("E-ATTACH-INDEX-FILES", f"not in both: {min(strange)}")


def is_title(text: str) -> bool:
    """Whether people may be shown this as a file's name: not empty, not too long, nothing invisible, no path.

    >>> is_title("報告書 12月.pdf"), is_title("../報告.pdf"), is_title("evil\\u202efdp.exe")
    (True, False, False)
    """
    return (
        0 < len(text) <= MAX_TITLE
        and text == text.strip()
        and not any(c in _REFUSED or unicodedata.category(c) in _REFUSED_CATEGORIES for c in text)
    )


def _read(value: object) -> Index:
    top = strictjson.fields(value, ("format", "files"), "the index")
    if top["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    files = tuple(_file(item) for item in strictjson.items(top["files"], MAX_FILES, "files"))
    if not files or len({file.name.casefold() for file in files}) != len(files):
        raise ValueError("files is empty or names a file twice")
    return Index(files)


def _file(value: object) -> Attached:
    optional = {"person", "month"} & set(value) if isinstance(value, dict) else set()
    item = strictjson.fields(value, {"name", "title", "type", "media"} | optional, "a file")
    name = strictjson.text(item["name"], FILE_NAME, "a file's name")
    if name.casefold() == FILE.casefold():
        raise ValueError("the index names itself")
    if not isinstance(item["title"], str) or not is_title(item["title"]):
        raise ValueError("a title is empty, too long or has characters that no file's name may have")
    return Attached(
        name=name,
        title=item["title"],
        type=Type(strictjson.text(item["type"], _TYPE, "a type")),
        media=strictjson.text(item["media"], _MEDIA, "a media type"),
        person=_person(item["person"]) if "person" in optional else None,
        month=strictjson.text(item["month"], _MONTH, "a month") if "month" in optional else None,
    )


def _person(value: object) -> Person:
    person = strictjson.fields(value, ("insurer", "insured"), "a person")
    insurer = strictjson.text(person["insurer"], INSURER, "an insurer")
    return Person(insurer, strictjson.text(person["insured"], INSURED, "an insured person"))


def _as_dict(file: Attached) -> dict[str, Any]:
    item: dict[str, Any] = {"name": file.name, "title": file.title, "type": str(file.type), "media": file.media}
    if file.person:
        item["person"] = {"insurer": file.person.insurer, "insured": file.person.insured}
    if file.month is not None:
        item["month"] = file.month
    return item


def _unknown(name: str) -> Attached:
    raise KeyError(name)
