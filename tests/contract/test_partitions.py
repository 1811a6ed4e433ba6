"""On PostgreSQL, what nothing points to lies in one partition for each month; nobody notices, except who drops one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from renkei.conformance import Month

from . import world
from .conftest import Hub

TABLES = ("core_body", "core_event", "core_look", "core_looksubject")
FAR = date(2031, 5, 1)


@pytest.fixture
def partitioned(hub: Hub) -> Hub:
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    return hub


@pytest.fixture(autouse=True)
def _as_before(hub: Hub) -> Any:
    """Partitions that a test made go with it: the tables are made once for all tests."""
    from django.db import connections

    before = set(partitions_there()) if "owner" in connections else set()
    yield
    if "owner" in connections:
        with connections["owner"].cursor() as cursor:
            for name in set(partitions_there()) - before:
                cursor.execute(f"DROP TABLE {name}")


def partitions_there() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
        return [name for (name,) in cursor.fetchall()]


def id_in(month: date) -> uuid.UUID:
    milliseconds = int(datetime(month.year, month.month, 15, tzinfo=UTC).timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | uuid.uuid4().int >> 70)


def body_in(month: date) -> Any:
    from renkei.hub.core.ids import month_of
    from renkei.hub.core.models import Body

    id_ = id_in(month)
    return Body.objects.create(id=id_, month=month_of(id_), format=1, size=1, inline=b"x")


def where(row: Any) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        table = row._meta.db_table
        cursor.execute(f"SELECT tableoid::regclass::text FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
        name: str = cursor.fetchone()[0]
        return name


def months_before(count: int) -> date:
    from django.utils import timezone

    month = timezone.localdate().replace(day=1)
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def test_this_month_and_the_next_three_have_a_partition_from_the_start(partitioned: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.core import partitions

    today = timezone.localdate()
    assert partitions.missing(today) == []
    there = set(partitions_there())
    assert {f"{table}_{today:%Y%m}" for table in TABLES} <= there
    assert {f"{table}_other" for table in TABLES} <= there
    assert len([name for name in there if not name.endswith("_other")]) >= 4 * len(TABLES)


def test_partitions_are_made_ahead_once_however_often_and_by_whom(partitioned: Hub) -> None:
    from renkei.hub.core import partitions

    assert partitions.missing(FAR) == [FAR, date(2031, 6, 1), date(2031, 7, 1)]
    assert partitions.ensure(FAR) == [FAR, date(2031, 6, 1), date(2031, 7, 1), date(2031, 8, 1)]
    assert partitions.ensure(FAR) == []
    assert partitions.missing(FAR) == []


def test_the_hub_makes_them_ahead_by_itself(partitioned: Hub) -> None:
    """A hub that was not started for years is; one that runs for years has the work come up again and again."""
    from renkei.hub.core import jobs, partitions, tasks

    tasks.keep_partitions(datetime(FAR.year, FAR.month, 20, tzinfo=UTC), {})
    assert partitions.missing(FAR) == []
    every = jobs._kinds["partitions"].every
    assert every is not None and every <= timedelta(days=1)


def test_two_hubs_that_start_together_make_each_partition_once(partitioned: Hub) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from renkei.hub.core import partitions

    def start(_: int) -> list[date]:
        try:
            return partitions.ensure(FAR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = [month for months in pool.map(start, range(4)) for month in months]
    assert sorted(made) == [FAR, date(2031, 6, 1), date(2031, 7, 1), date(2031, 8, 1)]


def test_a_month_without_a_partition_warns_early_and_stops_nothing(partitioned: Hub) -> None:
    from renkei.hub.core import partitions

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(partitions.timezone, "localdate", lambda: FAR)
        from django.test import Client

        answer = Client().get("/v1/health")
        assert answer.status_code == 200
        assert any("2031年5月" in warning for warning in answer.json()["warnings"])
    row = body_in(FAR)
    assert where(row) == "core_body_other"
    partitions.ensure(FAR)
    # What had to wait in the partition for everything else has moved to its own.
    assert where(row) == "core_body_203105"


def test_a_row_whose_month_is_not_its_ids_is_refused(partitioned: Hub) -> None:
    """Queries look in the month that the id tells: such a row would never be found again."""
    from django.db import IntegrityError

    from renkei.hub.core.ids import new_id
    from renkei.hub.core.models import Body

    with pytest.raises(IntegrityError):
        Body.objects.create(id=new_id(), month=date(2020, 1, 1), format=1, size=1, inline=b"x")


@pytest.mark.parametrize(
    "moment", ["2026-11-30T14:59:59.999+00:00", "2026-11-30T15:00:00+00:00", "2027-02-28T14:59:59"]
)
def test_database_and_program_agree_on_the_month(partitioned: Hub, moment: str) -> None:
    from renkei.hub.core.ids import month_of
    from renkei.hub.core.models import Body

    milliseconds = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)
    id_ = uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)
    Body.objects.create(id=id_, month=month_of(id_), format=1, size=1, inline=b"x")


def test_only_an_old_partition_of_bodies_with_nothing_in_it_is_dropped(partitioned: Hub) -> None:
    from renkei.hub.core import partitions

    old, older = months_before(3), months_before(4)
    partitions.ensure(older)
    row = body_in(old)
    assert partitions.drop_empty() == [older, months_before(2)]
    assert where(row) == f"core_body_{old:%Y%m}"
    row.delete()
    assert partitions.drop_empty() == [old]
    left = partitions_there()
    assert f"core_body_{old:%Y%m}" not in left and f"core_body_{months_before(1):%Y%m}" in left
    # Looks and events are what is left when a body is gone.
    assert f"core_event_{old:%Y%m}" in left and f"core_look_{older:%Y%m}" in left


@pytest.mark.parametrize("back", [0, 1])
def test_a_partition_that_may_still_be_written_to_is_never_dropped(partitioned: Hub, back: int) -> None:
    from django.db import connection

    from renkei.hub.core import partitions

    partitions.ensure(months_before(back))
    with connection.cursor() as cursor:
        for month in (months_before(back), FAR):
            cursor.execute("SELECT public.renkei_drop_empty_partition(%s)", [month])
            assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("wanted", ["2031-05-02", "0001-01-01", "9999-12-01", "infinity", None])
def test_the_service_cannot_ask_for_a_partition_of_anything_but_a_month(partitioned: Hub, wanted: str | None) -> None:
    from django.db import DatabaseError, connection

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT public.renkei_make_partition(%s)", [wanted])


def test_the_functions_do_what_they_do_whatever_the_callers_search_path(partitioned: Hub) -> None:
    """A function with its owner's rights must not find the caller's things before its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE core_body (id int)")
        cursor.execute("SET search_path = pg_temp, public")
        try:
            cursor.execute("SELECT public.renkei_make_partition(%s)", [FAR])
            cursor.execute("SELECT to_regclass('public.core_body_203105') IS NOT NULL")
            assert cursor.fetchone() == (True,)
        finally:
            cursor.execute("RESET search_path")
            cursor.execute("DROP TABLE pg_temp.core_body")
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'renkei_%%' AND prosecdef"
            " AND NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig)"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("ending", ["{:%Y%m}", "other"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET month = month", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_nobody_rewrites_what_happened_by_way_of_a_partition(partitioned: Hub, deed: str, ending: str) -> None:
    from django.db import DatabaseError, connection

    for table in TABLES:
        part = f"{table}_{ending.format(months_before(0))}"
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
            cursor.execute(deed.format(part))


def test_a_partition_made_by_the_service_is_as_closed_as_the_first_ones(partitioned: Hub) -> None:
    from django.db import DatabaseError, connection

    from renkei.hub.core import partitions

    partitions.ensure(FAR)
    for deed in ("UPDATE {} SET month = month", "DELETE FROM {}", "INSERT INTO {} SELECT * FROM {}", "DROP TABLE {}"):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
            cursor.execute(deed.format(*["core_event_203105"] * 2))


def asked(deed: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements of a deed."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        deed()
    return seen


def touched(sql: str, params: Any) -> set[str]:
    """The partitions that PostgreSQL would read for a statement."""
    from django.db import connection

    def relations(plan: dict[str, Any]) -> set[str]:
        own = {plan["Relation Name"]} if "Relation Name" in plan else set()
        return own.union(*map(relations, plan.get("Plans", [])))

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return relations(cursor.fetchone()[0][0]["Plan"])


def test_a_look_up_by_id_touches_the_partition_of_its_month_alone(partitioned: Hub, month: Month) -> None:
    from renkei.hub.core import events
    from renkei.hub.core.bodies import services as bodies
    from renkei.hub.core.ids import new_id
    from renkei.hub.core.lookups import Columns
    from renkei.hub.core.models import Event

    id_, now = new_id(), f"{months_before(0):%Y%m}"
    for deed, table in (
        (lambda: list(Columns(Event, "pk", "type", months="of").of([id_])), "core_event"),
        (lambda: list(bodies.rows_of([id_])), "core_body"),
    ):
        ((sql, params),) = asked(deed)
        assert touched(sql, params) == {f"{table}_{now}"}
    ((sql, params),) = asked(lambda: list(events.of(id_)))
    assert f"core_event_{months_before(1):%Y%m}" not in touched(sql, params)


def test_an_earlier_hubs_rows_are_kept_each_in_its_ids_month(partitioned: Hub) -> None:
    """The tables as the version before had them, with rows, then this version's migration."""
    from importlib import import_module

    from django.db import connections

    migration = import_module("renkei.hub.core.migrations.0003_partitions")
    owner = connections["owner"]
    ids = [id_in(date(2026, 8, 1)), id_in(date(2026, 9, 1))]
    with owner.cursor() as cursor:
        cursor.execute("CREATE TABLE public.probe (id uuid PRIMARY KEY, month date NOT NULL, word text)")
        cursor.execute("CREATE INDEX probe_words ON public.probe (word)")
        for id_ in ids:
            cursor.execute("INSERT INTO public.probe VALUES (%s, '2026-10-01', 'a')", [id_])
        try:
            migration.partition(cursor, "probe", "id")
            cursor.execute("SELECT id, month, word, tableoid::regclass::text FROM public.probe ORDER BY id")
            assert cursor.fetchall() == [
                (ids[0], date(2026, 8, 1), "a", "probe_other"),
                (ids[1], date(2026, 9, 1), "a", "probe_other"),
            ]
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'probe' ORDER BY 1")
            assert cursor.fetchall() == [("probe_pkey",), ("probe_words",)]
        finally:
            cursor.execute("DROP TABLE public.probe")


def test_on_sqlite_there_is_nothing_to_make_or_to_miss(hub: Hub) -> None:
    from django.db import connection

    from renkei.hub.core import partitions

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has partitions")
    assert (partitions.ensure(FAR), partitions.missing(FAR), partitions.drop_empty()) == ([], [], [])


def test_a_unit_sent_while_the_clock_was_ahead_is_found_by_everybody(town: Hub, month: Month) -> None:
    """The clock is set back by two months after the unit came in; its next events are found all the same."""
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    recipient = town.offices[unit.recipient]
    from renkei.hub.core import ids

    ahead = ids.time.time_ns() + 62 * 86_400 * 10**9
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ids.time, "time_ns", lambda: ahead)
        id_ = sender.post("/transmissions", sender.envelope(unit, files)).json()["id"]
    digest = world.digest(recipient.get(f"/transmissions/{id_}").json()["manifest"])
    said = recipient.receipt(id_, digest, "collected")
    assert recipient.post("/receipts", {"receipts": [said]}).json()["results"][0]["status"] == 201
    detail = sender.get(f"/transmissions/{id_}").json()
    assert [event["type"] for event in detail["events"]] == ["accepted", "collected"]
    assert len(sender.get("/events", service=sender.service).json()["events"]) == 2
