"""PostgreSQL: the tables that nothing points to become partitioned by month, with what is in them.

Everywhere: a row's month is the month of its id, so that a look-up by id knows the partition. On SQLite only rows written
in the last moment of a month change.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

from renkei.hub.core.ids import month_of

# Table and the column with the id that tells the month.
TABLES = (("core_body", "id"), ("core_event", "id"), ("core_look", "id"), ("core_looksubject", "look"))
_MONTH = (
    "date_trunc('month', to_timestamp(('x' || left(translate({0}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"
    " AT TIME ZONE 'Asia/Tokyo')::date"
)
# The service may run these two with their owner's rights, and can ask for nothing but months.
_FUNCTIONS = """
CREATE FUNCTION public.renkei_make_partition(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    parent text;
    part text;
    made boolean := false;
BEGIN
    IF wanted IS NULL OR wanted NOT BETWEEN '2000-01-01' AND '2199-12-01' OR extract(day FROM wanted) <> 1 THEN
        RAISE EXCEPTION 'not the first day of a month';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('renkei-partitions'));
    FOREACH parent IN ARRAY ARRAY['core_body', 'core_event', 'core_look', 'core_looksubject'] LOOP
        part := parent || to_char(wanted, '_YYYYMM');
        CONTINUE WHEN to_regclass(format('public.%I', part)) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', part, parent);
        EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', parent || '_other');
        EXECUTE format('INSERT INTO public.%I SELECT * FROM public.%I WHERE month = %L', part, parent || '_other', wanted);
        IF FOUND THEN
            EXECUTE format('DELETE FROM public.%I WHERE month = %L', parent || '_other', wanted);
        END IF;
        -- Attached, not created as a partition: readers and writers of the other months go on meanwhile.
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            parent, part, wanted, (wanted + interval '1 month')::date);
        made := true;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION public.renkei_drop_empty_partition(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    part text := 'core_body' || to_char(wanted, '_YYYYMM');
    is_empty boolean;
BEGIN
    -- A body made in the last moment of a month is stored in the next one: last month's partition stays, too.
    IF wanted IS NULL OR to_regclass(format('public.%I', part)) IS NULL
        OR wanted >= date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo') - interval '1 month' THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM public.%I)', part) INTO is_empty;
    IF NOT is_empty THEN
        RETURN false;
    END IF;
    LOCK TABLE ONLY public.core_body IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM public.%I)', part) INTO is_empty;
    IF is_empty THEN
        EXECUTE format('DROP TABLE public.%I', part);
    END IF;
    RETURN is_empty;
END $$;

REVOKE ALL ON FUNCTION public.renkei_make_partition(date), public.renkei_drop_empty_partition(date) FROM PUBLIC;
"""


def partition(cursor: Any, table: str, id_column: str) -> None:
    """Make a table over into a partitioned one with the same rows and indexes, all of them in its partition for the rest."""
    before, month = f"{table}_before", _MONTH.format(id_column)
    key = "id, month"
    cursor.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s AND indexname <> %s"
        # What Django makes for LIKE 'x%%' on text, which nobody asks here.
        " AND indexname NOT LIKE '%%\\_like'",
        [table, f"{table}_pkey"],
    )
    indexes = [definition for (definition,) in cursor.fetchall()]
    cursor.execute(f"ALTER TABLE public.{table} RENAME TO {before}")
    cursor.execute(
        f"CREATE TABLE public.{table} (LIKE public.{before} INCLUDING DEFAULTS,"
        f" CONSTRAINT {table}_month_of_its_id CHECK (month = {month})) PARTITION BY RANGE (month)"
    )
    cursor.execute(f"CREATE TABLE public.{table}_other PARTITION OF public.{table} DEFAULT")
    cursor.execute(f"UPDATE public.{before} SET month = {month} WHERE month <> {month}")
    cursor.execute(f"INSERT INTO public.{table} SELECT * FROM public.{before}")
    cursor.execute(f"DROP TABLE public.{before}")
    cursor.execute(f"ALTER TABLE public.{table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key})")
    for definition in indexes:
        cursor.execute(definition)


def _number(cursor: Any, table: str) -> None:
    """Its numbers go on: a partition cannot have an identity column, but a default."""
    cursor.execute(f"CREATE SEQUENCE public.{table}_number OWNED BY public.{table}.id")
    cursor.execute(f"SELECT setval('public.{table}_number', coalesce(max(id), 0) + 1, false) FROM public.{table}")
    cursor.execute(f"ALTER TABLE public.{table} ALTER COLUMN id SET DEFAULT nextval('public.{table}_number')")


def _partitions(cursor: Any) -> None:
    for table, id_column in TABLES:
        partition(cursor, table, id_column)
    _number(cursor, "core_looksubject")
    cursor.execute(_FUNCTIONS)
    today = timezone.localdate()
    months = {today.replace(day=1)}
    for table, _ in TABLES:
        cursor.execute(f"SELECT DISTINCT month FROM public.{table}_other")
        months |= {month for (month,) in cursor.fetchall()}
    for month in sorted(months):
        cursor.execute("SELECT public.renkei_make_partition(%s)", [month])


def _months(apps: Any, alias: str, cursor: Any) -> None:
    # They come back after the migration: `core.append_only.protect`.
    for table in ("core_event", "core_look", "core_looksubject"):
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
    for name, field in (("Body", "id"), ("Event", "id"), ("Look", "id"), ("LookSubject", "look")):
        rows = apps.get_model("core", name).objects.using(alias)
        for id_, month in rows.values_list(field, "month").distinct().iterator():
            if month != month_of(id_):
                rows.filter(**{field: id_}).update(month=month_of(id_))


def forwards(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _partitions(cursor)
        else:
            _months(apps, connection.alias, cursor)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_states_and_clocks")]
    operations = [migrations.RunPython(forwards)]
