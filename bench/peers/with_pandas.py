"""pandas reads, pandera checks."""

from __future__ import annotations

import io
import warnings

import pandas
import pandera.pandas as pandera

from .rules import NAMES, PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    try:
        frame = _read(plan)
        _schema(name).validate(frame)
    except (pandera.errors.SchemaError, pandas.errors.ParserError, pandas.errors.ParserWarning, UnicodeDecodeError):
        return False
    return set(frame[list(PERSON)].drop_duplicates().itertuples(index=False, name=None)) <= people_of(supplement)


def _read(plan: bytes) -> pandas.DataFrame:
    with warnings.catch_warnings():
        # A record with too many items is only warned about.
        warnings.simplefilter("error", pandas.errors.ParserWarning)
        return pandas.read_csv(
            io.BytesIO(plan), encoding="cp932", header=None, names=NAMES, dtype=str, na_filter=False, index_col=False
        )


def _schema(name: str) -> pandera.DataFrameSchema:
    found = patterns(name)
    columns = {
        item: pandera.Column(str, pandera.Check.str_matches(f"^(?:{found[item]})\\Z") if item in found else None)
        for item in NAMES
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True)
