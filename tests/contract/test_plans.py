"""What is asked often is looked up, however much is stored: each statement of the real deeds, by its plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.conformance import Month
from renkei.standard.units import UnitKind

from . import crowd, world
from .conftest import Hub
from .streets import person as person

Statement = tuple[str, Any]
Enter = Callable[..., Any]
GROWING = 900  # rows; a table with fewer is read whole whatever its indexes

# What the hub does with many rows at a time: with more of them when more have come.
PORTIONS = {
    "licences over",
    "licences ending",
    "sealing",
    "clocks due",
    "copies due",
    "sign-ins over",
    "recurring jobs",
    "jobs due",
    "a job for later",
}


class Deeds:
    """Everything that programs, people and the hub repeat, with the statements of each."""

    def __init__(self, town: Hub, month: Month, enter: Enter, nth: int) -> None:
        self.statements: dict[str, list[Statement]] = {}
        self.sender = town.offices[month.offices[0].number]
        units = world.units_of(month.files[self.sender.number])
        self.slip = [(unit, files) for unit, files in units if unit.kind is UnitKind.USE_TABLE][nth]
        self.recipient = town.offices[self.slip[0].recipient]
        self.browser, self.boss = enter(self.recipient, login=f"suzuki{nth}"), enter(self.sender, login=f"sato{nth}")

    def take(self, name: str, deed: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do it, and note what it asks of the database."""
        from django.db import connection

        seen = self.statements.setdefault(name, [])

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen.append((sql, params[0] if many else params))  # of many rows, each is found like the first
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            return deed(*given, **named)

    def counts(self) -> dict[str, int]:
        return {name: len(statements) for name, statements in self.statements.items()}

    def all(self) -> None:
        self.programs()
        self.machines()
        self.people()
        self.hub()

    def programs(self) -> None:
        sender, recipient, (unit, files) = self.sender, self.recipient, self.slip
        self.take("challenge", sender.post, "/challenges", {"office": sender.number})
        self.take("sign-in", sender.sign_in)
        id_ = self.take("accept", crowd.send, sender, unit, files)
        self.take("accept again", crowd.send, sender, unit, files)
        self.take("feed", recipient.get, "/events", service=recipient.service)
        self.take("feed of a sender", sender.get, "/events", service=sender.service, limit=20)
        self.take("collect", recipient.get, f"/transmissions/{id_}/files", program="pc-1")
        digest = world.digest(self.take("show", recipient.get, f"/transmissions/{id_}").json()["manifest"])
        for step, found in (("collected", []), ("import_failed", [{"code": "x", "message": "x"}]), ("imported", [])):
            given = recipient.receipt(id_, digest, step, found)
            for again in ("", " again"):
                answer = self.take(step + again, recipient.post, "/receipts", {"receipts": [given]})
                assert answer.json()["results"][0]["status"] == (200 if again else 201), answer.content.decode()
        self.recall = sender.receipt(id_, digest, "recall_requested", text="送り先をまちがえました。")
        self.take("findings", sender.get, f"/transmissions/{id_}/findings")
        self.id = id_

    def machines(self) -> None:
        from django.conf import settings

        from renkei.hub.membership import services as licences
        from renkei.hub.parties import services
        from renkei.hub.parties.machines import accounts, logins, tokens

        party, shown = services.office(self.sender.number), self.sender.certificate.public_bytes(Encoding.DER)
        made = self.take("an account", accounts.make, party, "command:test")
        granted = self.take("login", logins.login, made.account.login, made.password, shown, "127.0.0.1")
        granted = self.take("refresh", logins.refresh, granted.refresh.text, shown)
        assert self.take("a bound token", tokens.certificate_of, granted.access.text, shown) is not None
        self.take("logout", logins.logout, granted.access.text)
        if licences.latest(party) is None:
            number = licences.apply(party, "command:test").number
            assert licences.verified(number) is not None
        with patch.dict(settings.RENKEI, LICENCES="required"):
            self.take("a licence", licences.require, party)

    def people(self) -> None:
        from renkei.hub.parties.models import OfficeService

        browser, own = self.browser, f"?service={self.recipient.service}"
        partner = OfficeService.objects.get(party__number=self.sender.number, service=self.sender.service).pk
        pages = {
            "home": "/",
            "received": f"/received/{own}",
            "received of a month": f"/received/{own}&month=202612",
            "received from a partner": f"/received/{own}&partner={partner}",
            "received before": f"/received/{own}&before={self.id}",
            "sent": f"/sent/{own}",
            "sent in a month": f"/sent/{own}&month=202612&partner={partner}",
            "sent before": f"/sent/{own}&before={self.id}",
            "a transmission": f"/transmissions/{self.id}/",
            "its contents": f"/transmissions/{self.id}/contents/",
            "its evidence": f"/transmissions/{self.id}/manifest.json",
            "months": "/months/",
            "programs": "/settings/programs/",
            "licence": "/settings/licence/",
            "a month": "/months/202612/",
            "an overview": f"/overview/202612/{own}",
            "a count by partner": f"/overview/202612/waiting/{own}",
            "a count of units": f"/overview/202612/opened/{own}",
            "a count by person": f"/overview/202612/waiting/people/{own}",
            "reminders": f"/reminders/{own}",
        }
        for name, address in pages.items():
            answer = self.take(name, browser.get, address, follow=True)
            assert answer.status_code == 200, name
        assert self.sender.post("/receipts", {"receipts": [self.recall]}).json()["results"][0]["status"] == 201
        assert self.take("who saw it", self.boss.get, f"/transmissions/{self.id}/recall/").status_code == 200

    def hub(self) -> None:
        from django.utils import timezone

        from renkei.hub.core import jobs, partitions, sealer
        from renkei.hub.core.writing import write
        from renkei.hub.exchange import tasks as exchange
        from renkei.hub.membership import tasks as membership
        from renkei.hub.parties import tasks as parties

        now = timezone.now()
        self.take("sealing", sealer.seal_once)
        self.take("clocks due", exchange.look_at_clocks, now, {})
        self.take("copies due", exchange.erase_what_is_over, now, {})
        self.take("sign-ins over", parties.forget_sign_ins, now, {})
        self.take("licences over", membership.renew_ended, now, {})
        self.take("licences ending", membership.tell_before_end, now, {})
        self.take("recurring jobs", jobs.keep_recurring, now)
        self.take("jobs due", jobs.run_due, now)
        self.take("partitions", partitions.ensure, timezone.localdate())

        def later() -> None:
            with write():
                jobs.enqueue("erase", key="one")

        self.take("a job for later", later)


def sizes() -> dict[str, int]:
    from django.db import connection

    crowd.analyze()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname, greatest(reltuples, 0)::int FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return dict(cursor.fetchall())
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (our own names)
            found[table] = cursor.fetchone()[0]
        return found


def read_whole(statement: Statement, growing: set[str]) -> set[str]:
    """The growing tables that the database would read from end to end for this statement."""
    from django.db import connection

    sql, params = statement
    if not re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", sql) or "renkei_" in sql:
        return set()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            return _scanned(cursor.fetchone()[0][0]["Plan"]) & growing
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        details = [row[3] for row in cursor.fetchall()]
    aliases = dict(re.findall(r'"(\w+)" (U\d|T\d)\b', sql))
    names = {alias: table for table, alias in aliases.items()}
    # The first few rows in the order of an index, with nothing to pass over, are no more than those rows.
    first_few = "LIMIT" in sql and "WHERE" not in sql
    scans = [re.match(r"SCAN (\w+)( USING (COVERING )?INDEX)?", detail) for detail in details]
    found = {scan[1] for scan in scans if scan and not (first_few and scan[2])}
    return {names.get(name, name) for name in found} & growing


def _scanned(plan: dict[str, Any], limited: bool = False) -> set[str]:
    limited = limited or plan["Node Type"] == "Limit"
    whole = plan["Node Type"] == "Seq Scan" or (
        plan["Node Type"] in {"Index Scan", "Index Only Scan"}
        and "Index Cond" not in plan
        and ("Filter" in plan or not limited)
    )
    own = {plan["Relation Name"]} if whole else set()
    return own.union(*(_scanned(part, limited) for part in plan.get("Plans", [])))


def test_every_repeated_deed_is_as_many_index_searches_in_a_full_hub_as_in_an_empty_one(
    town: Hub, month: Month, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import notices

    # Read once in a while by whichever page comes then: not while the pages are compared.
    monkeypatch.setattr(notices, "SECONDS", 3600)
    notices.current()
    empty = Deeds(town, month, person, 0)
    empty.all()
    crowd.fill(town)
    full = Deeds(town, month, person, 1)
    full.all()
    growing = {table for table, rows in sizes().items() if rows >= GROWING}
    assert {"exchange_transmission", "core_wrap", "core_feedentry", "core_job", "parties_party"} <= growing
    found = {
        (name, sql): tables
        for name, statements in full.statements.items()
        for sql, params in statements
        if (tables := read_whole((sql, params), growing))
    }
    assert {
        (name, re.sub("SELECT .*? FROM", "SELECT … FROM", sql)): tables for (name, sql), tables in found.items()
    } == {}
    # A trip to the database each: these may fall, and rise only for a reason.
    most = {"accept": 21, "accept again": 7, "collect": 12, "collected": 17, "imported": 13, "sign-in": 7, "feed": 6}
    assert {name: full.counts()[name] for name, limit in most.items() if full.counts()[name] > limit} == {}
    repeated = full.counts().keys() - PORTIONS
    assert {name: full.counts()[name] for name in repeated} == {name: empty.counts()[name] for name in repeated}
    everything = [sql for statements in full.statements.values() for sql, _ in statements]
    assert not [sql for sql in everything if "OFFSET" in sql]
    assert not [sql for sql in everything if "COUNT(" in sql and '"exchange_transmission"' in sql]


def test_a_table_that_is_read_whole_would_be_noticed(hub: Hub) -> None:
    from renkei.hub.core.ids import new_id
    from renkei.hub.core.models import Wrap

    Wrap.objects.bulk_create(Wrap(body=new_id(), holder="x", key_id="0001", wrapped=b"x" * 60) for _ in range(5000))
    assert sizes()["core_wrap"] == 5000
    by_bytes, by_id = Wrap.objects.filter(wrapped=b"y").query, Wrap.objects.filter(pk=1).query
    assert read_whole(by_bytes.sql_with_params(), {"core_wrap"}) == {"core_wrap"}
    assert read_whole(by_id.sql_with_params(), {"core_wrap"}) == set()
    assert read_whole(Wrap.objects.order_by("pk").query.sql_with_params(), {"core_wrap"}) == {"core_wrap"}
