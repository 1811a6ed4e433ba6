"""What a service code is called on paper where no imported table knows its name: by its type. Pure."""

from __future__ import annotations

from renkei.standard.layouts import code_lists


def spoken_service(code: str) -> str:
    """The service type and the code.

    >>> spoken_service("111211"), spoken_service("A21111"), spoken_service("")
    ('訪問介護 111211', '訪問型サービス（独自） A21111', '')
    """
    return f"{type_name(code)} {code}".strip()


def type_name(code: str) -> str:
    """The name of a code's service type, without what it includes; nothing for a type that is none.

    >>> type_name("131111"), type_name("A21111"), type_name("")
    ('訪問看護', '訪問型サービス（独自）', '')
    """
    return code_lists()["service_type"].get(code[:2], "").partition(" (")[0]
