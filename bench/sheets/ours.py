"""Our own forms: filled from records and drawn, and what that takes apart."""

from __future__ import annotations

import itertools
import json
import re
import time
import zlib
from collections.abc import Callable, Sequence
from functools import cache

import typst

from renkei.conformance.month import make_month
from renkei.conformance.varied import make_varied_month
from renkei.forms.filling.given import given_of
from renkei.forms.kinds import FORM_KINDS, FormKind, fill
from renkei.forms.legible import FONTS, legible
from renkei.forms.rendering import FOLDER, Form, forget, render_all
from renkei.standard.comparing.papers import read_papers

from .material import Person

SLIP = ("use-table", "benefit-annex")
ALL = "すべて(残りは PDF を書くこと)"


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of one call, with nothing left in typst of what was drawn before."""
    forget()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def slips(people: Sequence[Person]) -> list[Form]:
    """第6表 and 第7表 of each, filled."""
    return [fill(name, person.given, {}) for person in people for name in SLIP]


def examples(count: int) -> list[tuple[FormKind, list[Form]]]:
    """Each form that is made of files, for so many people of invented months; the same people again where they are too few."""
    months = [make_month(clients=3 * count, service_offices=8).files, make_varied_month().files]
    files = [file for month in months for outbox in month.values() for file in outbox.items()]
    givens = given_of(read_papers(files)[0])
    found = {}
    for kind in FORM_KINDS:
        own = [given for given in givens if any(map(given.of, kind.files))]
        if own and kind.name not in found:
            found[kind.name] = kind, [fill(kind.name, one, {}) for one in itertools.islice(itertools.cycle(own), count)]
    return list(found.values())


def parts(people: Sequence[Person], forms: Sequence[Form]) -> dict[str, Callable[[], object]]:
    """What drawing slips consists of, from the records on: each step by itself."""
    given = _inputs(forms)
    return {
        "Python: 記録から様式の中身を作る": lambda: slips(people),
        "Python: 描けない字を調べ、JSON にする": lambda: _inputs(forms),
        "typst: 並べる": lambda: _laid_out(given),
        ALL: lambda: render_all(slips(people)),
    }


def _inputs(forms: Sequence[Form]) -> dict[str, str]:
    data = legible([form._asdict() for form in forms])[0]
    given = [{"form": one["name"], "data": one["data"]} for one in data]
    return {"forms": json.dumps(given, ensure_ascii=False), "title": "提供票", "look": "{}"}


def _laid_out(given: dict[str, str]) -> None:
    _compiler(given).query("<nothing>")


def empty_page() -> object:
    """What typst makes of nothing: a page with nothing on it, to the same standards."""
    return _empty().compile(format="pdf", pdf_standards=["a-2a", "ua-1"])


@cache
def _empty() -> typst.Compiler:
    return _compiler({"forms": "[]", "title": "提供票", "look": "{}"})


def _compiler(given: dict[str, str]) -> typst.Compiler:
    return typst.Compiler(
        input=str(FOLDER / "main.typ"),
        root=str(FOLDER),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=given,
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def pages(pdf: bytes) -> int:
    """How many pages a PDF has that was written by any of the libraries."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf + streams(pdf)))


def streams(pdf: bytes) -> bytes:
    """What is packed in a PDF, unpacked."""
    unpacked = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            unpacked.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"".join(unpacked)
