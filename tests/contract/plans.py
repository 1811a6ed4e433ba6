"""How the database would answer a query, whatever little is stored in a test."""

from __future__ import annotations

import re
from typing import Any


def plan_of(query: Any) -> str:
    """The plan; on PostgreSQL with whole reads of tables made dear, since it prefers them for small ones."""
    from django.db import connection, transaction

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        return str(query.explain())


def is_index_search(plan: str) -> bool:
    """No table is read whole and nothing is sorted: rows come from an index, in its order (rows of one moment aside)."""
    whole = re.search(r"SCAN (?!.* USING (?:COVERING )?INDEX)|Seq Scan", plan)
    plan = re.sub("TEMP B-TREE FOR (LAST TERM|RIGHT PART)", "", plan).replace("Incremental Sort", "")
    return whole is None and "TEMP B-TREE" not in plan and not re.search(r"\bSort +\(", plan)
