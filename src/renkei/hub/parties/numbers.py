"""The numbers by which parties are known: their shapes, and words where a check digit does not fit.

A check digit warns and never refuses: of the numbers in use, some kinds do not keep to the rule.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from renkei.hub.parties.models import PartyKind
from renkei.standard.checking.file_names import has_check_digit
from renkei.trust.manifest import OFFICE

# Of the third character of an office number: of hospitals and facilities (1, 5, 6) one in seven has another check digit.
_UNSURE_KINDS = frozenset("156")
_SHAPES = {
    PartyKind.OFFICE: (OFFICE, "事業所番号は、半角の数字・英大文字10桁です。"),
    PartyKind.MUNICIPALITY: (re.compile(r"[0-9]{6}"), "保険者番号は、半角の数字6桁です。"),
    PartyKind.PREFECTURE: (re.compile(r"0[1-9]|[1-3][0-9]|4[0-7]"), "都道府県の番号は、01 から 47 までの2桁です。"),
    PartyKind.CLINIC: (
        re.compile(r"[0-9]{10}"),
        "医療機関の番号は、都道府県2桁・点数表1桁・医療機関コード7桁を続けた10桁です。",
    ),
    PartyKind.PERSON: (re.compile(r"p[0-9]{12}"), "本人・家族の番号は、ハブが決めます。"),
    PartyKind.VENDOR: (re.compile(r"[a-z0-9][a-z0-9-]{2,19}"), "英小文字・数字・ハイフンの3〜20文字にしてください。"),
    PartyKind.OPERATOR: (re.compile(r"[a-z0-9][a-z0-9-]{2,19}"), "英小文字・数字・ハイフンの3〜20文字にしてください。"),
}
# The designated cities, whose wards stand in the public list under codes of their own: five digits of JIS X 0402.
# fmt: off
_CITIES_WITH_WARDS = (
    "01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130",
    "23100", "26100", "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100",
)
# fmt: on
_TOKYO = "13"


def normalised(text: str) -> str:
    """A number as people type it (full width, hyphens, small letters), as it is kept.

    >>> normalised(" １３-7910ー001７ ")
    '1379100017'
    """
    return re.sub(r"[\s\-‐‑–—―ー−]", "", unicodedata.normalize("NFKC", text)).upper()


def shape_problem(kind: PartyKind, number: str) -> str:
    """What a number of this kind looks like, in words, where this is none; empty where it is one."""
    shape, words = _SHAPES[kind]
    return "" if shape.fullmatch(number) else words


def hint(kind: PartyKind, number: str) -> str:
    """Words for a number whose check digit does not fit; empty where it fits or tells nothing."""
    if kind not in {PartyKind.OFFICE, PartyKind.MUNICIPALITY} or shape_problem(kind, number):
        return ""
    if has_check_digit(number) or (kind is PartyKind.OFFICE and number[2] in _UNSURE_KINDS):
        return ""
    return (
        f"{number} の最後の1桁(検査数字)が、ふつうの決まりと合いません。打ちまちがいがないか、確かめてください。"
        "合っていれば、このまま進めます。"
    )


def drawn() -> str:
    """A number for a person, drawn by lot: it tells nothing of them."""
    return f"p{secrets.randbelow(10**12):012}"


def is_of_area(municipality: str, insurer: str) -> bool:
    """Whether a place (団体コード, 6 digits) is in the area of the city, town or village with this insurer number.

    Both begin with the five digits of JIS X 0402; a ward of a designated city belongs to its city. Of the associations of
    towns (広域連合), whose numbers are their own, nothing is known: False.

    >>> is_of_area("141011", "141002"), is_of_area("141313", "141002"), is_of_area("131130", "131136")
    (True, False, True)
    """
    place, area = municipality[:5], insurer[:5]
    if place == area:
        return True
    if place[:2] == _TOKYO or place[2:3] != "1":
        return False
    before = [city for city in _CITIES_WITH_WARDS if city[:2] == place[:2] and city < place]
    return bool(before) and max(before) == area
