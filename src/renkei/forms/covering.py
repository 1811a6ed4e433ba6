"""From read files to the cover sheets that go with them: for whom anything changed, and what. Pure.

Actuals are compared with the plan of the same person and month, everything else with the unit that it replaces, where these
files hold one. Where they do not, nothing is said to have changed or not. One person's records are at hand at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from renkei.standard.comparing import UNTIMED, Difference, reconcile
from renkei.standard.comparing.changes import Change, ChangeKind, PersonChanges, compare_papers
from renkei.standard.comparing.papers import Paper, Person
from renkei.standard.layouts import layout

from .choosing import Wish, narrowed
from .current import Unit, current
from .filling.cover_sheet import Client, Cover, Office, Standing
from .filling.given import Given, address_of, given_of
from .filling.services import type_name
from .kinds import FORM_KINDS, Family
from .pile import Pile

_ITEMS = {
    "time": "時間の変更",
    "visits": "回数の変更",
    "service_code": "サービスの変更",
    "service_office_number": "事業所の変更",
}
# More would not be read on a cover sheet.
_MOST_WORDS = 4
_MOST_ITEMS = 2


# What is sent, of which month, from whom to whom.
_About = tuple[Family, str, tuple[str, str], tuple[str, str]]


def covers(pile: Pile, wish: Wish | None = None, offices: Mapping[str, Office] | None = None) -> list[Cover]:
    """A cover sheet for each sender, recipient, kind of paper and month, whatever these files hold of what is wished for.

    `offices` are those that are known, by number; of others the number stands there, with the name where a file says it.

    >>> covers(Pile())
    []
    """
    names = pile.offices()
    known = {number: Office(number, name) for number, name in names.items()} | dict(offices or {})
    groups: dict[_About, list[tuple[tuple[str, Person], Client]]] = defaultdict(list)
    for papers in narrowed(pile, wish or Wish()):
        for unit in current(given_of(papers, offices=names)).units:
            client = _reported(unit.given) if unit.family is Family.ACTUAL else _sent(unit, papers)
            about = (unit.family, unit.month, unit.given.sender, unit.given.recipient)
            groups[about].append(((unit.given.client[1], unit.given.person), client))
    families = list(Family)
    found = []
    for key in sorted(groups, key=lambda one: (one[2:], families.index(one[0]), one[1])):
        family, month, (sender, _), (recipient, _) = key
        clients = tuple(client for _, client in sorted(groups[key], key=lambda one: one[0]))
        found.append(Cover(family, month, _office(sender, known), _office(recipient, known), clients))
    return found


def _office(number: str, known: Mapping[str, Office]) -> Office:
    return known.get(number, Office(number))


def _reported(given: Given) -> Client:
    """A person with actuals, against the plan of the services that are reported."""
    (result,) = reconcile(given.of("UPPLAN"), given.actual) or (None,)
    if "UPPLAN" not in given.rows or result is None:
        return _client(given, Standing.NEW)
    if result.changed:
        return _client(given, Standing.CHANGED, _difference_words(result.differences))
    return _client(given, Standing.UNCHANGED)


def _sent(unit: Unit, papers: Sequence[Paper]) -> Client:
    """A person with anything else, against what it replaces."""
    older = _of_unit(unit.before, papers) if unit.before else []
    (found,) = compare_papers(older, _of_unit(unit.given, papers)).people
    return _compared(unit.given, found)


def _of_unit(given: Given, papers: Iterable[Paper]) -> list[Paper]:
    """The unit's papers, also those that say nothing of the person any more."""
    address = (*given.sender, *given.recipient, given.sequence)
    return [paper for paper in papers if address_of(paper.name) == address]


def _compared(given: Given, found: PersonChanges) -> Client:
    if found.kind is ChangeKind.ADDED:
        return _client(given, Standing.NEW)
    if found.kind is ChangeKind.UNCHANGED:
        return _client(given, Standing.UNCHANGED)
    return _client(given, Standing.CHANGED, _change_words(found.changes))


def _client(given: Given, standing: Standing, words: Sequence[str] = ()) -> Client:
    told = (*words[:_MOST_WORDS], "ほか") if len(words) > _MOST_WORDS else tuple(words)
    return Client(given.client[0], standing, told, given.person[1])


# Words ----------------------------------------------------------------------------------------------------------------


# Words such as 訪問介護 時間の変更; the day; the times, empty where a service has none; visits.
_Changed = tuple[str, str, str, int]


def _difference_words(differences: Iterable[Difference]) -> list[str]:
    """訪問介護 時間の変更 2回."""
    found: list[_Changed] = []
    for one in differences:
        times = f"{one.planned} {one.actual}" if ":" in f"{one.planned}{one.actual}" else ""
        visits = abs(one.planned_visits - one.actual_visits) or one.planned_visits
        found.append((f"{_service(one.service_code)} {one.kind.label}", one.date, times, visits))
    return _counted(found)


def _change_words(changes: Iterable[Change]) -> list[str]:
    visits: list[_Changed] = []
    sheets: dict[str, dict[str, None]] = {}
    for one in changes:
        row = one.after or one.before
        if one.sheet == "UPPLAN" and row:
            start = row["service_start_time"]
            words = f"{_service(row['service_code'])} {_of_visit(one)}"
            count = one.visits if len(one.dates) == 1 else 1
            visits += [(words, date, "" if start == UNTIMED[0] else start, count) for date in one.dates]
        else:
            sheets.setdefault(one.sheet, {}).update(dict.fromkeys(item.item for item in one.items))
    if visits:
        sheets.pop("UPSIKYU", None)  # the sums follow from the visits
    return _counted(visits) + [_of_sheet(*one) for one in sheets.items()]


def _counted(found: Iterable[_Changed]) -> list[str]:
    """Each of the words with how often: a visit and its add-ons, which are services of their own, are one."""
    days: dict[str, dict[str, dict[str, int]]] = {}
    for words, date, times, visits in found:
        known = days.setdefault(words, {}).setdefault(date, {})
        known[times] = max(known.get(times, 0), visits)
    counts = {
        words: sum(
            sum(visits for times, visits in known.items() if times) or known.get("", 0) for known in dates.values()
        )
        for words, dates in days.items()
    }
    return [f"{words} {count}回" for words, count in counts.items()]


def _of_visit(change: Change) -> str:
    if change.kind is ChangeKind.CHANGED:
        return next((_ITEMS[one.item] for one in change.items if one.item in _ITEMS), "内容の変更")
    return "追加" if change.kind is ChangeKind.ADDED else "取りやめ"


def _of_sheet(kind: str, items: Iterable[str]) -> str:
    """第2表, or of what is no form by itself which items: 利用者補足情報(利用者電話番号)."""
    form = next((one.label for one in FORM_KINDS if kind in one.files), None)
    if form:
        return form
    names = [layout(kind).field(item).name_ja for item in items]
    rest = "、ほか" if len(names) > _MOST_ITEMS else ""
    told = "、".join(names[:_MOST_ITEMS])
    return f"{layout(kind).name_ja}({told}{rest})" if told else layout(kind).name_ja


def _service(code: str) -> str:
    return type_name(code) or code[:2]
