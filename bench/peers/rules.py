"""What every peer checks in 第6表: one pattern an item, the same for all, and who the people of 補足情報 are.

The patterns come from the layout, so that nobody is looser by mistake. The month of the file's name stands in those of
対象年月 and サービス利用日, so that "the month is the name's" and "the day lies in the month" cost a peer nothing extra.
What only code can say (required under a condition, what must agree within a record) is asked of no peer.
"""

from __future__ import annotations

import csv
import io

from renkei.standard.layouts import Field, layout
from renkei.standard.names import FileName
from renkei.standard.values import pattern

Person = tuple[str, str]

FIELDS = layout("UPPLAN").fields
NAMES = [field.name for field in FIELDS]
PERSON = ("insurer_number", "insured_person_number")
PLACE_OF_PERSON = [NAMES.index(name) for name in PERSON]
_SUPPLEMENT_PLACES = [layout("UPHOSOKU").field(name).no - 1 for name in PERSON]

# The private-use characters, NUL and single bytes that the codec reads although no other office can.
FORBIDDEN = "[\\x00\\x80\\ue000-\\ue757\\uf8f0-\\uf8f3]"


def patterns(name: str) -> dict[str, str]:
    """By item, a pattern without anchors that the whole value must match; texts without a rule are left out."""
    month = FileName.parse(name).month or ""
    of_month = {
        "csv_version": "202407",
        "target_year_month": month,
        "service_date": f"{month}(?:0[1-9]|[12][0-9]|3[01])",
    }
    found = {field.name: of_month.get(field.name) or _pattern(field) for field in FIELDS}
    return {name: source for name, source in found.items() if source}


def _pattern(field: Field) -> str:
    """The value's form; what is not always required may be empty."""
    if field.type == "text":
        return "(?s:.+)" if field.required == "always" else ""
    source = ".{0,1}" if field.type == "unused" else pattern(field)
    return source if field.required == "always" else f"(?:{source})?"


def people_of(supplement: bytes) -> frozenset[Person]:
    """Insurer and insured numbers of 補足情報."""
    insurer, insured = _SUPPLEMENT_PLACES
    rows = csv.reader(io.StringIO(supplement.decode("cp932"), newline=""), strict=True)
    return frozenset((row[insurer], row[insured]) for row in rows)
