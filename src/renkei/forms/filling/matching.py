"""Records that belong together across the files of one unit: a table and its sub-tables (別表). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .given import Given, Row

Parts = Mapping[str, Sequence[Row]]


def with_parts(given: Given, whole: str, key: str, *parts: str) -> list[tuple[Row, Parts]]:
    """Each record of `whole` with the records of `parts` that have the same `key`, by file kind.

    Parts without a whole come last, with a record that has the key alone; one empty record where there is nothing at all.

    >>> rows = {"UPYOBO_SUB": [{"plan_creation_or_change_date": "20261201"}]}
    >>> given = Given(("", ""), ("", ""), ("", ""), "", rows)
    >>> [row for row, _ in with_parts(given, "UPYOBO", "plan_creation_or_change_date", "UPYOBO_SUB")]
    [{'plan_creation_or_change_date': '20261201'}]
    """
    wholes: list[Row] = list(given.of(whole))
    known = [row.get(key, "") for row in wholes]
    for row in (row for kind in parts for row in given.of(kind)):
        if row.get(key, "") not in known:
            known.append(row.get(key, ""))
            wholes.append({key: row.get(key, "")})
    return [
        (row, {kind: [part for part in given.of(kind) if part.get(key, "") == value] for kind in parts})
        for row, value in zip(wholes or [{}], known or [""], strict=True)
    ]
