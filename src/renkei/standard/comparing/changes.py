"""Two versions of plans, use tables or actuals compared by meaning, person by person.

Independent of the order of rows and of form: kana width, padded numbers, blanks that repeat the row above, V3 or V4.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..layouts import KINDS as FILE_KINDS
from ..layouts import Field, layout
from .in_force import actuals_in_force, latest, use_tables_in_force
from .kinds import KINDS, NOT_COMPARED, VISIT_KINDS, folded, without_blanks
from .papers import Paper, Person, names_of, of_kind, office_names, person_of, received, withdrawn
from .visit_changes import visit_changes
from .visits import Row


class ChangeKind(StrEnum):
    """What became of a person, a record or a visit."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """In Japanese.

        >>> ChangeKind.ADDED.label
        '追加'
        """
        return {"added": "追加", "removed": "削除", "changed": "変更あり", "unchanged": "変更なし"}[self]


@dataclass(frozen=True)
class ItemChange:
    """One item before and after, as the files have it. `item` is a field's English name, or "time" or "visits".

    >>> ItemChange("unit_points", "244", "245").item
    'unit_points'
    """

    item: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One record or visit. `sheet` is the file kind. `before` and `after` are records; None on the side without one.

    `dates` are the days of visits that changed alike; `visits` how many visits an added or removed row stands for.

    >>> Change("UPPLAN", ChangeKind.REMOVED, {"service_date": "20261202"}, None).visits
    1
    """

    sheet: str
    kind: ChangeKind
    before: Row | None
    after: Row | None
    items: tuple[ItemChange, ...] = ()
    dates: tuple[str, ...] = ()
    visits: int = 1


@dataclass(frozen=True)
class PersonChanges:
    """All changes of one person; none where the person is new or gone.

    >>> PersonChanges("132019", "0000000001", "春", "ﾊﾙ", ChangeKind.UNCHANGED).changes
    ()
    """

    insurer: str
    insured: str
    name: str
    kana: str
    kind: ChangeKind
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everyone, changed people first; `notices` are words on what could not be compared, `without` the names of
    items that one of the versions does not have.

    >>> Comparison((), (), (), {}).is_same
    True
    """

    people: tuple[PersonChanges, ...]
    notices: tuple[str, ...]
    without: tuple[str, ...]
    offices: dict[str, str]

    @property
    def counts(self) -> Counter[ChangeKind]:
        """People by what became of them."""
        return Counter(person.kind for person in self.people)

    @property
    def label(self) -> str:
        """変更なし 3人・変更あり 1人・追加 0人・削除 0人"""
        order = (ChangeKind.UNCHANGED, ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED)
        return "・".join(f"{kind.label} {self.counts[kind]}人" for kind in order)

    @property
    def is_same(self) -> bool:
        """True when nothing differs and everything could be compared."""
        return not self.notices and all(person.kind is ChangeKind.UNCHANGED for person in self.people)


Sheets = dict[str, dict[Person, list[dict[str, str]]]]


def compare_papers(before: Iterable[Paper], after: Iterable[Paper]) -> Comparison:
    """What changed from `before` to `after`; of files sent again the newest count.

    >>> compare_papers([], []).label
    '変更なし 0人・変更あり 0人・追加 0人・削除 0人'
    """
    old, new = list(before), list(after)
    everything = [*old, *new]
    names = {**names_of(old), **names_of(new)}
    there, here = _in_force(old), _in_force(new)
    both = [kind for kind in FILE_KINDS if kind in there and kind in here]
    fields = {kind: _common(kind, [*of_kind(old, kind), *of_kind(new, kind)]) for kind in both}
    people = []
    known, present = _everyone(there), _everyone(here)
    for person in sorted(known | present):
        kind, changes = ChangeKind.CHANGED, []
        if person not in known:
            kind = ChangeKind.ADDED
        elif person not in present:
            kind = ChangeKind.REMOVED
        else:
            for sheet in both:
                changes += _sheet(sheet, there[sheet].get(person, []), here[sheet].get(person, []), fields[sheet])
            kind = ChangeKind.CHANGED if changes else ChangeKind.UNCHANGED
        people.append(PersonChanges(*person, *names.get(person, ("", "")), kind, tuple(changes)))
    order = (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.UNCHANGED)
    people.sort(key=lambda one: (order.index(one.kind), one.kana, one.insurer, one.insured))
    return Comparison(
        tuple(people), _notices(there, here, fields, people), not_compared(everything), office_names(everything)
    )


def _in_force(papers: Sequence[Paper]) -> Sheets:
    sheets: Sheets = {}
    for kind in FILE_KINDS:
        own = received(papers, kind)
        if not own:
            continue
        if kind == "UPPLAN":
            rows = use_tables_in_force(own, withdrawn(papers, "DLTPLAN")).rows
        elif kind == "UPJSK":
            rows = actuals_in_force(own, withdrawn(papers, "DLTJSK")).rows
        else:
            key = KINDS[kind].versions
            found, _ = latest(own, lambda row, key=key: (*person_of(row), *(row[name] for name in key)))  # type: ignore[misc]
            rows = [row for _, group in found.values() for row in group]
        sheets[kind] = defaultdict(list)
        for row in rows:
            sheets[kind][person_of(row)].append(row)
    return sheets


def _everyone(sheets: Sheets) -> set[Person]:
    return {person for people in sheets.values() for person in people}


def _common(kind: str, papers: Iterable[Paper]) -> tuple[Field, ...]:
    """The items that every version among these papers has, of the oldest layout."""
    layouts = [layout(kind, version) for version in sorted({paper.version for paper in papers})]
    shortest = min(layouts, key=lambda one: one.columns)
    return tuple(field for field in shortest.fields if field.name not in NOT_COMPARED)


def _sheet(
    kind: str, before: list[dict[str, str]], after: list[dict[str, str]], fields: tuple[Field, ...]
) -> list[Change]:
    if kind in VISIT_KINDS:
        return [
            Change(kind, ChangeKind(what), old, new, tuple(ItemChange(*one) for one in items), dates, visits)
            for what, old, new, items, dates, visits in visit_changes(before, after, fields)
        ]
    texts = [field.name for field in fields if field.type == "text"]
    old, new = without_blanks(kind, before, texts), without_blanks(kind, after, texts)
    changes = [
        Change(kind, ChangeKind.CHANGED, one, other, items)
        for one, other in _pairs(kind, old, new, fields)
        if (items := _items(kind, one, other, fields))
    ]
    changes += [Change(kind, ChangeKind.REMOVED, one, None) for one in old]
    return changes + [Change(kind, ChangeKind.ADDED, None, other) for other in new]


def _pairs(
    kind: str, old: list[dict[str, str]], new: list[dict[str, str]], fields: tuple[Field, ...]
) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Records that are the same one; what finds no partner is left in `old` and `new`."""
    how = KINDS[kind]
    compared = tuple(field.name for field in fields if field.name not in how.numbers)
    by_name = {field.name: field for field in fields}
    pairs = []
    for names in ((*compared, *how.numbers), compared, *how.passes):
        known = [name for name in names if name in by_name]
        waiting: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
        for other in new:
            waiting[tuple(folded(by_name[name], other[name]) for name in known)].append(other)
        for one in list(old):
            key = tuple(folded(by_name[name], one[name]) for name in known)
            if waiting[key] and (any(key) or not names):
                other = waiting[key].pop(0)
                pairs.append((one, other))
                old.remove(one)
                new[:] = [row for row in new if row is not other]
    return pairs


def _items(kind: str, one: Row, other: Row, fields: Iterable[Field]) -> tuple[ItemChange, ...]:
    return tuple(
        ItemChange(field.name, one[field.name], other[field.name])
        for field in fields
        if field.name not in KINDS[kind].numbers and folded(field, one[field.name]) != folded(field, other[field.name])
    )


def _notices(
    there: Sheets, here: Sheets, fields: dict[str, tuple[Field, ...]], people: Iterable[PersonChanges]
) -> tuple[str, ...]:
    told = []
    for kind in FILE_KINDS:
        if (kind in there) != (kind in here):
            side = "後" if kind in there else "前"
            told.append(f"{layout(kind).name_ja}は、{side}のファイルにないので、比べていません。")
    by_number: dict[str, set[str]] = defaultdict(set)
    for person in people:
        if person.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            by_number[person.insured].add(person.insurer)
    for insured, insurers in sorted(by_number.items()):
        if len(insurers) > 1:
            numbers = "・".join(sorted(insurers))
            told.append(
                f"被保険者番号 {insured} の保険者番号が前と後でちがいます({numbers})。同じ人か確かめてください。"
            )
    return tuple(told)


def not_compared(papers: Iterable[Paper]) -> tuple[str, ...]:
    """Japanese names of the items that some version among these papers lacks."""
    names: dict[str, None] = {}
    papers = list(papers)
    for kind in FILE_KINDS:
        versions = {paper.version for paper in of_kind(papers, kind)}
        known = [{field.name for field in layout(kind, version).fields} for version in versions]
        for version in versions:
            for field in layout(kind, version).fields:
                if not all(field.name in own for own in known):
                    names[field.name_ja] = None
    return tuple(names)
