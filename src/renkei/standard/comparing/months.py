"""Plan against actual of whole folders: who is unchanged, who changed, whose actuals have not come, and what to look at.

Nothing doubtful is settled silently: a file that a newer one replaced, a person found under another insurer, a person
with two care managers is each told in words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..layouts import code_lists
from .in_force import Overridden, Reason, actuals_in_force, use_tables_in_force
from .papers import Paper, Person, names_of, of_kind, office_names, person_of, received, withdrawn
from .visits import PersonResult, Row, reconcile, reported

OfficeType = tuple[str, str]  # service office number and service type


class Standing(StrEnum):
    """How far a person's month is, the most pressing first.

    >>> [standing.label for standing in Standing]
    ['変更あり', '実績待ち', '変更なし']
    """

    CHANGED = "changed"
    WAITING = "waiting"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """The words of the cover sheet that offices know.

        >>> Standing.WAITING.label
        '実績待ち'
        """
        return {"changed": "変更あり", "waiting": "実績待ち", "unchanged": "変更なし"}[self]


@dataclass(frozen=True)
class PersonMonth:
    """One person's month (YYYYMM). `waiting`: planned offices and types that sent no actuals of the month yet.

    `actual_insurer` is set where the actuals carry another insurer number than the plan (住所地特例 or a mistake):
    a person has to confirm that it is the same client. `plan` and `actual` are the rows in force.

    >>> result = PersonResult("132019", "0000000001", as_planned=4, differences=())
    >>> PersonMonth("202612", "132019", "0000000001", "春", "ﾊﾙ", result, waiting=(("1370200014", "11"),)).standing.value
    'waiting'
    """

    month: str
    insurer: str
    insured: str
    name: str
    kana: str
    result: PersonResult
    waiting: tuple[OfficeType, ...]
    actual_insurer: str | None = None
    plan: tuple[Row, ...] = field(default=(), repr=False)
    actual: tuple[Row, ...] = field(default=(), repr=False)

    @property
    def standing(self) -> Standing:
        """Changed, waiting or unchanged."""
        if self.result.changed:
            return Standing.CHANGED
        return Standing.WAITING if self.waiting else Standing.UNCHANGED


@dataclass(frozen=True)
class Waiting:
    """An office whose actuals of one service type have not come; `people` have plans there.

    >>> Waiting("202612", "1370200014", "11", people=3).people
    3
    """

    month: str
    office: str
    service: str
    people: int


@dataclass(frozen=True)
class Notice:
    """Something that a person should look at. `code` is stable, `words` are Japanese. `person` is who it is about (insurer and
    insured number).

    >>> Notice("planners", "居宅介護支援事業所が2つあります。").code
    'planners'
    """

    code: str
    words: str
    person: Person = ("", "")


@dataclass(frozen=True)
class Reconciliation:
    """Plan against actual of one or more months, the most pressing people first.

    >>> Reconciliation((), (), (), {"1370200014": "ひまわり"}).office_name("1370200014")
    'ひまわり'
    """

    people: tuple[PersonMonth, ...]
    waiting: tuple[Waiting, ...]
    notices: tuple[Notice, ...]
    offices: dict[str, str]

    @property
    def months(self) -> tuple[str, ...]:
        """The months that these files are about."""
        return tuple(sorted({person.month for person in self.people}))

    @property
    def counts(self) -> Counter[Standing]:
        """People by standing; somebody in two months counts in each."""
        return Counter(person.standing for person in self.people)

    @property
    def label(self) -> str:
        """変更なし 3人・変更あり 3人, and 実績待ち where there is any."""
        counts = self.counts
        told = [Standing.UNCHANGED, Standing.CHANGED] + [Standing.WAITING] * bool(counts[Standing.WAITING])
        return "・".join(f"{standing.label} {counts[standing]}人" for standing in told)

    def office_name(self, number: str) -> str:
        """The office's name, or its number where no file names it."""
        return self.offices.get(number) or number


def reconcile_papers(
    plans: Iterable[Paper],
    actuals: Iterable[Paper],
    only: Callable[[Row], bool] | None = None,
    told: Collection[OfficeType] = (),
) -> Reconciliation:
    """Compare the use tables in force of `plans` with the actuals in force of `actuals`, month by month.

    Both may be the same papers. An office that sent nothing of a month and service type is waited for, not compared. Rows
    that are not `only` the ones asked for count nowhere: a service office's slips name the others' services as well.
    `told` are offices and types that have reported, where these papers do not show it: they are a part of the month's.

    >>> reconcile_papers([], []).label
    '変更なし 0人・変更あり 0人'
    """
    plans, actuals = list(plans), list(actuals)
    everything = [*plans, *actuals]
    plan = use_tables_in_force(received(plans, "UPPLAN"), withdrawn(plans, "DLTPLAN"))
    actual = actuals_in_force(received(actuals, "UPJSK"), withdrawn(actuals, "DLTJSK"))
    names, offices = names_of(everything), office_names(everything)
    planned_rows, actual_rows = ([row for row in one.rows if only is None or only(row)] for one in (plan, actual))
    people: list[PersonMonth] = []
    notices = [_replaced(one, names, offices) for one in (*plan.overridden, *actual.overridden)]
    for month in sorted({row["target_year_month"] for row in (*planned_rows, *actual_rows)}):
        planned = [row for row in planned_rows if row["target_year_month"] == month]
        done, elsewhere, doubtful = _as_insured(
            planned, [row for row in actual_rows if row["target_year_month"] == month]
        )
        notices += doubtful
        people += _month(month, planned, done, names, elsewhere, told)
    notices += _two_planners(plans, names) + [_elsewhere(one) for one in people if one.actual_insurer]
    order = list(Standing)
    people.sort(key=lambda p: (p.month, order.index(p.standing), p.kana, p.insurer, p.insured))
    return Reconciliation(tuple(people), _awaited(people), tuple(dict.fromkeys(notices)), offices)


def _month(
    month: str,
    planned: Sequence[Row],
    done: Sequence[Row],
    names: dict[Person, tuple[str, str]],
    elsewhere: dict[Person, str],
    told: Collection[OfficeType],
) -> list[PersonMonth]:
    is_covered = _coverage(planned, done, told)
    comparable = [row for row in planned if is_covered(row)]
    reports = [(month, *pair) for pair in told]
    results = {(one.insurer, one.insured): one for one in reconcile(comparable, done, told=reports)}
    expected: dict[Person, dict[OfficeType, None]] = defaultdict(dict)
    for row in planned:
        if not is_covered(row):
            expected[person_of(row)][reported(row)[1:]] = None
    people = []
    plans, actuals = _by_person(planned), _by_person(done)
    for person in sorted(plans.keys() | actuals.keys()):
        name, kana = names.get(person) or names.get((elsewhere.get(person, ""), person[1])) or ("", "")
        result = results.get(person) or PersonResult(*person, as_planned=0, differences=())
        waiting = tuple(sorted(expected[person]))
        rows = tuple(plans.get(person, ())), tuple(actuals.get(person, ()))
        people.append(PersonMonth(month, *person, name, kana, result, waiting, elsewhere.get(person), *rows))
    return people


def _by_person(rows: Iterable[Row]) -> dict[Person, list[Row]]:
    found: dict[Person, list[Row]] = {}
    for row in rows:
        found.setdefault(person_of(row), []).append(row)
    return found


def _coverage(planned: Sequence[Row], done: Sequence[Row], told: Collection[OfficeType]) -> Callable[[Row], bool]:
    """Whether the office of a planned row has sent actuals to the care manager who planned it.

    An office that reported to one care manager may still be late for another. A care manager's number that no plan
    has tells nothing, and is taken to cover everybody.
    """
    planners = {row["care_management_office_number"] for row in planned}
    told_to: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in done:
        told_to[reported(row)].add(row["care_management_office_number"])

    def is_covered(row: Row) -> bool:
        own = told_to.get(reported(row), set())
        if reported(row)[1:] in told:
            return True
        return row["care_management_office_number"] in own or bool(own - planners)

    return is_covered


def _as_insured(planned: Sequence[Row], done: Sequence[Row]) -> tuple[list[Row], dict[Person, str], list[Notice]]:
    """The actuals under the plan's insurer number, where only that number differs (convention C14).

    Matched when one planned client alone has the insured number and a service of the reporting office and type, and
    no actuals under the plan's own insurer. Who is matched is told by (insurer, insured) → the actuals' insurer.
    """
    services: dict[Person, set[OfficeType]] = defaultdict(set)
    for row in planned:
        services[person_of(row)].add(reported(row)[1:])
    own = {person_of(row) for row in done}
    matched: dict[Person, Person] = {}
    notices: list[Notice] = []
    for person in sorted(own - services.keys()):
        offered = {reported(row)[1:] for row in done if person_of(row) == person}
        candidates = [one for one in services if one[1] == person[1] and services[one] & offered and one not in own]
        if len(candidates) == 1:
            matched[person] = candidates[0]
        elif candidates:
            words = (
                f"被保険者番号 {person[1]} の実績は、予定のどの人のものか決められません。保険者番号を確かめてください。"
            )
            notices.append(Notice("several-insurers", words, person))
    if len(set(matched.values())) < len(matched):  # two insurers' actuals for one planned client: nobody is sure
        matched = {}
    moved = [_under(row, matched[person_of(row)][0]) if person_of(row) in matched else row for row in done]
    return moved, {planned_as: person[0] for person, planned_as in matched.items()}, notices


def _under(row: Row, insurer: str) -> Row:
    """The same record under another insurer number."""
    return {**row, "insurer_number": insurer}


def _awaited(people: Iterable[PersonMonth]) -> tuple[Waiting, ...]:
    counted = Counter((person.month, *pair) for person in people for pair in person.waiting)
    return tuple(Waiting(*key, counted[key]) for key in sorted(counted))


# Words ----------------------------------------------------------------------------------------------------------------


def _elsewhere(person: PersonMonth) -> Notice:
    who = f"{person.name or '氏名なし'}(被保険者番号 {person.insured})"
    words = (
        f"{who}は、予定の保険者番号 {person.insurer} と実績の保険者番号 {person.actual_insurer} がちがいます。"
        "同じ人として比べました。住所地特例か、番号のまちがいかを確かめてください。"
    )
    return Notice("other-insurer", words, (person.insurer, person.insured))


def _replaced(one: Overridden, names: dict[Person, tuple[str, str]], offices: dict[str, str]) -> Notice:
    name = names.get((one.insurer, one.insured), ("", ""))[0] or "氏名なし"
    where = offices.get(one.office) or one.office
    service = code_lists()["service_type"].get(one.service, one.service)
    what = f"{where}の{service}の実績" if one.service else f"{where}の予定" if where else "予定"
    why = {
        Reason.REPLACED: f"連番 {one.by} の新しいファイルがあるので、使っていません。",
        Reason.WITHDRAWN: f"連番 {one.by} の削除の連絡があるので、使っていません。",
        Reason.RELAYED: "事業所自身の実績とちがう転送なので、使っていません。",
    }
    words = f"{name}(被保険者番号 {one.insured})の{what}: 連番 {one.sequence} の{one.rows}行は、{why[one.reason]}"
    return Notice(str(one.reason), words, (one.insurer, one.insured))


def _two_planners(plans: Iterable[Paper], names: dict[Person, tuple[str, str]]) -> list[Notice]:
    """Nothing is merged when the care manager changed inside a month; both senders are told (convention C15)."""
    senders: dict[tuple[str, Person], set[str]] = defaultdict(set)
    for paper in of_kind(plans, "UPPLAN"):
        for row in paper.rows:
            senders[row["target_year_month"], person_of(row)].add(paper.name.sender)
    notices = []
    for (_, person), offices in sorted(senders.items()):
        if len(offices) > 1:
            name = names.get(person, ("", ""))[0] or "氏名なし"
            told = "・".join(sorted(offices))
            words = f"{name}(被保険者番号 {person[1]})の予定が、複数の事業所({told})から出ています。両方を合わせて比べました。"
            notices.append(Notice("several-planners", words, person))
    return notices
