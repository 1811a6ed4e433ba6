"""What care managers call a service code: 身体介護２, 通所介護Ⅰ３２. A help to read by, never a judgement.

`service_names.tsv` (code, name) was taken by machine from the ministry's table of service codes of June 2024 (令和6年6月). It has
no local codes (総合事業, which each town sets), no services for prevention and not every other kind of service, and a later
edition may know others: a code that is not there is no wrong code. It has no units on purpose: nothing is reckoned by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from renkei.standard.layouts import code_lists

_ADD_ONS = ("加算", "減算")


def service_name(code: str) -> str:
    """The name of a service code, or nothing.

    >>> service_name("111211"), service_name("A21111")
    ('身体介護２', '')
    """
    return _names().get(code, "")


def spoken_service(code: str) -> str:
    """The name of a service code; of one without a name the service type and the code.

    >>> spoken_service("111211"), spoken_service("A21111"), spoken_service("")
    ('身体介護２', '訪問型サービス（独自） A21111', '')
    """
    return service_name(code) or f"{type_name(code)} {code}".strip()


def type_name(code: str) -> str:
    """The name of a code's service type, without what it includes; nothing for a type that is none.

    >>> type_name("131111"), type_name("A21111"), type_name("")
    ('訪問看護', '訪問型サービス（独自）', '')
    """
    return code_lists()["service_type"].get(code[:2], "").partition(" (")[0]


def is_add_on(code: str) -> bool:
    """Whether the name says that this is added to or taken off another service.

    >>> is_add_on("155301"), is_add_on("111211"), is_add_on("A21111")
    (True, False, False)
    """
    return any(word in service_name(code) for word in _ADD_ONS)


@cache
def _names() -> Mapping[str, str]:
    # 15,000 lines: read when a name is asked for first, which checking never does.
    table = (Path(__file__).parent / "service_names.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines())
