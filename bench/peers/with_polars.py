"""polars reads (UTF-8 only, so the text is made into that first) and checks with expressions, on all cores."""

from __future__ import annotations

import io

import polars

from .rules import NAMES, PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    try:
        frame = polars.read_csv(
            io.BytesIO(plan.decode("cp932").encode()),
            has_header=False,
            schema=dict.fromkeys(NAMES, polars.String),
            empty_string_is_null=False,
            missing_columns="raise",
            extra_columns="raise",
        )
    except (polars.exceptions.PolarsError, UnicodeDecodeError):
        return False
    matches = [
        polars.col(item).str.contains(f"^(?:{source})$").fill_null(value=False).all()
        for item, source in patterns(name).items()
    ]
    if not all(frame.select(matches).row(0)):
        return False
    return set(frame.select(PERSON).unique().rows()) <= people_of(supplement)
