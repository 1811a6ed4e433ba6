"""Files read for comparing and showing: each with its name's parts and its records, and what cannot be read, in words.

Nothing is judged here: `renkei.standard.checking` says what is wrong. A file that can be read in part is read in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from ..checking.encoding import foreign_encoding
from ..checking.sources import Source
from ..cp932 import CharacterError
from ..findings import Role, finding
from ..layouts import layout
from ..names import IMAGE, BadName, FileName
from .file_rows import FileRows, read_rows, records_words
from .in_force import Received, Withdrawal
from .visits import Row

Person = tuple[str, str]  # insurer and insured number

# The files that name a person, the one to believe last.
_NAMING = ("UPYOBO", "UPKIHON", "UPHOSOKU")


@dataclass(frozen=True)
class Paper:
    """One file that was read. `version` is the layout that its records follow.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> (paper,), _ = read_papers([(name, b"202407,132019,0000000001,202612")])
    >>> paper.kind, paper.version, paper.rows[0]["insured_person_number"]
    ('DLTPLAN', '202407', '0000000001')
    """

    path: str
    name: FileName
    version: str
    rows: tuple[dict[str, str], ...]

    @property
    def kind(self) -> str:
        """The file kind, such as UPPLAN."""
        return self.name.kind


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, or `records` of it by their numbers, and what to do about it.

    >>> Unread("メモ.txt", "読めません。", "消してください。").label
    'メモ.txt: 読めません。 消してください。'
    """

    path: str
    message: str
    remedy: str
    records: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """One line for people."""
        return f"{self.path}: {self.message} {self.remedy}"


def read_papers(files: Iterable[tuple[str, bytes]]) -> tuple[list[Paper], list[Unread]]:
    """Read (path, bytes) pairs; the last part of a path is the file's name. Equal copies of one file count once.

    >>> papers, unread = read_papers([("memo.txt", b"milk"), ("DLTPLAN_202612_1370100016_43_1370200014_11_"
    ...     "20261126090000.CSV", b"202407,132019,0000000001,202612")])
    >>> [paper.kind for paper in papers], [one.path for one in unread]
    (['DLTPLAN'], ['memo.txt'])
    """
    papers: list[Paper] = []
    unread: list[Unread] = []
    for paper, troubles in each_paper(files):
        unread += troubles
        if paper:
            papers.append(paper)
    return papers, unread


def each_paper(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Paper | None, list[Unread]]]:
    """As `read_papers`, file by file, for those who cannot hold all of them: what was read of it, and what was not.

    >>> [(paper, unread[0].path) for paper, unread in each_paper([("memo.txt", b"milk")])]
    [(None, 'memo.txt')]
    """
    seen: dict[str, tuple[str, bytes]] = {}
    for path, data in files:
        name, content = PurePath(path).name, sha256(data).digest()
        other = seen.get(name)
        if other and other[1] == content:
            continue
        seen.setdefault(name, (path, content))
        paper, troubles = _read(path, name, data)
        again = [_found(path, "E-UNIT-DUPLICATE", None, other=other[0])] if other else []
        yield paper, again + troubles


def of_kind(papers: Iterable[Paper], *kinds: str) -> Iterator[Paper]:
    """The papers of these file kinds.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> (paper,), _ = read_papers([(name, b"202407,132019,0000000001,202612")])
    >>> [one.kind for one in of_kind([paper], "DLTPLAN", "DLTJSK")]
    ['DLTPLAN']
    """
    return (paper for paper in papers if paper.kind in kinds)


def received(papers: Iterable[Paper], kind: str) -> list[Received]:
    """What `in_force` takes, of one file kind."""
    return [Received(p.name.sequence, p.name.sender, p.rows, p.name.recipient) for p in of_kind(papers, kind)]


def withdrawn(papers: Iterable[Paper], kind: str) -> list[Withdrawal]:
    """What `in_force` takes, of one kind of deletion file."""
    return [(p.name.sequence, p.name.sender, p.name.recipient, p.rows) for p in of_kind(papers, kind)]


def person_of(row: Row) -> Person:
    """Whom a record is about.

    >>> person_of({"insurer_number": "132019", "insured_person_number": "0000000001"})
    ('132019', '0000000001')
    """
    return row["insurer_number"], row["insured_person_number"]


def names_of(papers: Iterable[Paper]) -> dict[Person, tuple[str, str]]:
    """Name and kana of each person, as the newest file that names them has them; kana may be empty."""
    names: dict[Person, tuple[str, str]] = {}
    naming = of_kind(papers, *_NAMING)
    for paper in sorted(naming, key=lambda one: (_NAMING.index(one.kind), one.name.sequence)):
        for row in paper.rows:
            if row["client_name"]:
                names[person_of(row)] = row["client_name"], row.get("client_name_kana", "")
    return names


def office_names(papers: Iterable[Paper]) -> dict[str, str]:
    """Names of the service offices by number, as the rows of 第6表, 第7表 and 実績 have them, the newest last."""
    names: dict[str, str] = {}
    for paper in sorted(of_kind(papers, "UPSIKYU", "UPPLAN", "UPJSK"), key=lambda one: one.name.sequence):
        for row in paper.rows:
            if row["service_office_name"]:
                names[row["service_office_number"]] = row["service_office_name"]
    return names


def _read(path: str, name: str, data: bytes) -> tuple[Paper | None, list[Unread]]:
    try:
        parsed = FileName.parse(name)
    except BadName as bad:
        return None, [_found(path, bad.code, bad.part)]
    if parsed.kind == IMAGE:
        return None, [Unread(path, "家族構成の写真です。", "写真を見るソフトで開いてください。")]
    code = foreign_encoding(Source(path, data))
    if code:
        return None, [_found(path, code, None)]
    try:
        found = read_rows(parsed, data)
    except CharacterError:
        message = "シフトJIS(MS932)として読めない文字があります。"
        return None, [Unread(path, message, "`renkei check` で場所を調べ、書き出し直してください。")]
    if not found.rows:
        lost = f"{records_words(found.left_out)}は記録の形ではありません。" if found.left_out else ""
        message = f"標準仕様の記録が1件もありません。{lost}"
        return None, [Unread(path, message, "介護ソフトでもう一度書き出してください。")]
    return Paper(path, parsed, found.version, found.rows), _left_out(path, parsed.kind, found)


def _left_out(path: str, kind: str, found: FileRows) -> list[Unread]:
    told = []
    if found.broken:
        columns = layout(kind, found.version).columns
        message = f"{records_words(found.broken)}は項目の数がちがう({columns}個のはず)ので、除きました。"
        remedy = "ファイルが途中で切れていないか確かめ、介護ソフトでもう一度書き出してください。"
        told.append(Unread(path, message, remedy, found.broken))
    if found.strangers:
        message = f"{records_words(found.strangers)}は保険者番号か被保険者番号がないので、除きました。"
        told.append(Unread(path, message, "`renkei check` で調べてください。", found.strangers))
    return told


def _found(path: str, code: str, value: str | None, other: str = "") -> Unread:
    told = finding(code, Role.RECIPIENT, path, value=value, other=other)
    return Unread(path, told.message, told.remedy)
