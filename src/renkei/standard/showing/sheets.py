"""Files as people read them: by person, sheet by sheet, items under their Japanese names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..comparing.faults import Faulty, faults_of
from ..comparing.papers import Paper, Unread, names_of, person_of, read_papers
from ..layouts import CURRENT_VERSION, KINDS, Field, Layout, code_lists, layout
from .benefit import benefit_table
from .month_grid import Grid, grid, service_words
from .tables import Entry, Table
from .words import clock, date_words, month_words

Row = Mapping[str, str]
_GRID_KINDS = ("UPPLAN", "UPJSK")
_GRID_HEAD = (
    "document_created_date",
    "target_year_month",
    "care_management_office_number",
    "care_manager_name",
    "short_stay_days_through_previous_month",
)
# They stand above the sheet or say nothing to people.
_LEFT_OUT = {"csv_version", "insurer_number", "insured_person_number", "record_identifier_unused"}
# 第7表 and 第3表 have tables of their own; these items of theirs stand above.
_BENEFIT_HEAD = ("document_created_date", "target_year_month")
_TREES = ("UP2KYO", "UPYOBO_SUB")
_WEEK_HEAD = ("weekly_plan_created_date", "care_plan_creation_or_change_date")


@dataclass(frozen=True)
class Source:
    """From which file a sheet is: who sent it to whom, under which sequence number, in which CSV version."""

    sender: str
    recipient: str
    sequence: str
    version: str = CURRENT_VERSION


@dataclass(frozen=True)
class Sheet:
    """One file's part about one person: words for a deletion, items that all its rows share, a month grid, tables.

    `sources` are the files that have exactly this sheet: a use table goes to every service office alike.
    """

    kind: str
    title: str
    shared: tuple[Entry, ...]
    tables: tuple[Table, ...] = ()
    grid: Grid | None = None
    words: str = ""
    sources: tuple[Source, ...] = ()


@dataclass
class PersonSheets:
    """All that the files say of one person. `name` is empty where no file has it (実績).

    >>> PersonSheets("132019", "0000000001").sheets
    []
    """

    insurer: str
    insured: str
    name: str = ""
    kana: str = ""
    sheets: list[Sheet] = field(default_factory=list)


@dataclass(frozen=True)
class Contents:
    """Files, read: `people` by number. `unread` says in words what cannot be shown; `unreadable` are the paths that show
    nothing; `faulty` are the files whose numbers or dates are wrong, so that what is shown of them is not to be trusted.

    >>> contents({"メモ.txt": b""}).unread[0].path
    'メモ.txt'
    """

    people: tuple[PersonSheets, ...]
    unread: tuple[Unread, ...]
    unreadable: tuple[str, ...]
    faulty: tuple[Faulty, ...] = ()


def contents(files: Mapping[str, bytes]) -> Contents:
    """Read files given by path; of a unit, or of a whole folder.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> (person,) = contents({name: b"202407,132019,0000000001,202612"}).people
    >>> person.sheets[0].words
    '令和8年12月分の予定(第6表・第7表)を削除する連絡です。'
    """
    papers, unread = read_papers(files.items())
    shown = {paper.path for paper in papers}
    unreadable = tuple(dict.fromkeys(one.path for one in unread if one.path not in shown))
    faulty = tuple(found for path, data in files.items() if path in shown and (found := faults_of(path, data)))
    return Contents(people_of(papers), tuple(unread), unreadable, faulty)


def people_of(papers: Iterable[Paper]) -> tuple[PersonSheets, ...]:
    """Every person in these papers, by number, with their sheets in the standard's order."""
    papers = sorted(papers, key=_standard_order)
    names = names_of(papers)
    people: dict[tuple[str, str], PersonSheets] = {}
    for paper in papers:
        name = paper.name
        source = Source(name.sender, name.recipient, name.sequence, paper.version)
        for key, own in _by_person(paper.rows).items():
            person = people.setdefault(key, PersonSheets(*key, *names.get(key, ("", ""))))
            _add(person.sheets, sheet_of(paper.kind, paper.version, own), source)
    return tuple(people[key] for key in sorted(people))


def sheet_of(kind: str, version: str, rows: Sequence[Row]) -> Sheet:
    """The sheet that records of one file kind about one person make; they need all items of the layout.

    >>> row = {"delete_target_year_month": "202612"}
    >>> sheet_of("DLTPLAN", "202407", [row]).words
    '令和8年12月分の予定(第6表・第7表)を削除する連絡です。'
    """
    form = layout(kind, version)
    title = form.name_ja
    if kind in _GRID_KINDS:
        return Sheet(kind, title, _entries(form, rows[0], _GRID_HEAD), grid=grid(rows, rows[0]["target_year_month"]))
    if kind == "UPSIKYU":
        return Sheet(kind, title, _entries(form, rows[0], _BENEFIT_HEAD), (benefit_table(rows),))
    if kind == "UP3KYO":
        return Sheet(kind, title, _entries(form, rows[0], _WEEK_HEAD), _week(form, rows))
    if kind.startswith("DLT"):
        return Sheet(kind, title, (), words=_deletion(kind, rows))
    used = [item for item in form.fields if item.name not in _LEFT_OUT and any(row[item.name] for row in rows)]
    same = {item.name for item in used if len({row[item.name] for row in rows}) == 1 and _may_be_shared(kind, item)}
    shared = _entries(form, rows[0], [item.name for item in used if item.name in same])
    differing = [item for item in used if item.name not in same]
    table = Table(
        title="",
        columns=tuple(item.name_ja for item in differing),
        rows=tuple(tuple(value_words(item, row[item.name]) for item in differing) for row in rows),
    )
    return Sheet(kind, title, shared, (table,) if differing else ())


def read_file(name: str, data: bytes) -> list[dict[str, str]] | None:
    """The records of one file; None for what is no table or cannot be read."""
    papers, _ = read_papers([(name, data)])
    return list(papers[0].rows) if papers else None


def value_words(item: Field, value: str) -> str:
    """A value as people write it; what does not fit its type is shown as it is.

    >>> value_words(layout("UPPLAN").field("service_start_time"), "0930")
    '09:30'
    """
    if item.codes:
        meaning = code_lists()[item.codes].get(value)
        return f"{meaning}({value})" if meaning else value
    if item.type in ("date", "month") and not value.strip("0"):
        return "なし" if value else ""  # the standard writes noughts where there is no date
    if item.type == "date":
        return date_words(value)
    if item.type == "month":
        return month_words(value)
    if item.type in ("time", "end_time"):
        return "時間の定めなし" if value and value == item.sentinel else clock(value)
    if item.type == "service_code":
        return service_words(value)
    if item.type == "integer" and value.isdecimal() and len(value) > 3:
        return f"{int(value):,}" if not value.startswith("0") else value
    return value


def _standard_order(paper: Paper) -> tuple[int, str, str]:
    # The supplement comes last: the form is what people came for.
    place = KINDS.index(paper.kind) if paper.kind != "UPHOSOKU" else len(KINDS)
    return place, paper.name.sequence, paper.path


def _add(sheets: list[Sheet], sheet: Sheet, source: Source) -> None:
    for place, known in enumerate(sheets):
        if replace(known, sources=()) == sheet:
            sheets[place] = replace(known, sources=(*known.sources, source))
            return
    sheets.append(replace(sheet, sources=(source,)))


def _by_person(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    people: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        people.setdefault(person_of(row), []).append(row)
    return people


def _may_be_shared(kind: str, item: Field) -> bool:
    """In a tree of goals or issues an item belongs to its row, even where all rows say the same."""
    return kind not in _TREES or item.type in ("date", "office")


def _entries(form: Layout, row: Row, names: Iterable[str]) -> tuple[Entry, ...]:
    wanted = set(names)
    items = [item for item in form.fields if item.name in wanted]
    return tuple(Entry(item.name_ja, value_words(item, row[item.name])) for item in items if row[item.name])


def _week(form: Layout, rows: Iterable[Row]) -> tuple[Table, ...]:
    """第3表: its rows are of three sorts, and a row may be of several."""
    weekly = ("weekday", "weekly_service_start", "weekly_service_end", "weekly_service")
    daily = ("daily_activity_start", "daily_activity_end", "daily_activity")
    sorts = (
        ("週間サービス", weekly),
        ("主な日常生活上の活動", daily),
        ("週単位以外のサービス", ("non_weekly_service",)),
    )
    tables = []
    for title, names in sorts:
        by_name = {item.name: item for item in form.fields}
        items = [by_name[name] for name in names]
        own = sorted({tuple(row[name] for name in names) for row in rows if row[names[-1]]})
        if own:
            told = tuple(tuple(map(value_words, items, values)) for values in own)
            tables.append(Table(title, tuple(item.name_ja for item in items), told))
    return tuple(tables)


_DELETIONS = {
    "DLT1KYO": ("care_plan_creation_or_change_date", "{}に作成(変更)した居宅サービス計画書(第1表～第3表)"),
    "DLTPLAN": ("delete_target_year_month", "{}の予定(第6表・第7表)"),
    "DLTJSK": ("delete_target_year_month", "{}の実績"),
    "DLTKIHON": ("consultation_date", "{}に相談した利用者基本情報"),
    "DLTYOBO": ("plan_creation_or_change_date", "{}に作成(変更)した介護予防サービス・支援計画書"),
}


def _deletion(kind: str, rows: Iterable[Row]) -> str:
    """What is to be deleted, in a sentence a record."""
    item, what = _DELETIONS[kind]
    form = layout(kind).field(item)
    sentences = []
    for row in rows:
        whose = ""
        if kind == "DLTJSK":
            type_ = row["service_type_code"]
            service = code_lists()["service_type"].get(type_, type_)
            whose = f"(事業所 {row['service_office_number']}・{service})"
        sentences.append(f"{what.format(value_words(form, row[item]))}{whose}を削除する連絡です。")
    return "\n".join(dict.fromkeys(sentences))
