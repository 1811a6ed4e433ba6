"""From data to PDF and pictures by typst, with one compiler kept in the process.

A form is `<name>.typ` in the folder `drawing/`; `main.typ` there says what one must have. Nothing is fetched: a form uses no
packages, and fonts come from the folder `fonts/` here where it is, else from the system.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .legible import FONTS, legible

if TYPE_CHECKING:
    import typst

FOLDER = Path(__file__).parent / "drawing"
_NOT_FORMS = {"main", "common", "tree"}
# The same data give the same bytes; when a form was drawn is for the form itself to say.
_MADE_AT = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
_one_at_a_time = threading.Lock()
# typst drops what it did not need for this many drawings.
_REMEMBERED = 11


class FormError(RuntimeError):
    """A form could not be drawn: the library is not installed, there is no such form, or it lacks some of its data."""


class Form(NamedTuple):
    """One form and what stands in it: plain texts, numbers, lists, mappings."""

    name: str
    data: Mapping[str, Any]


def forms() -> list[str]:
    """The names of all forms.

    >>> "licence-certificate" in forms()
    True
    """
    return sorted(path.stem for path in FOLDER.glob("*.typ") if path.stem not in _NOT_FORMS)


def render(form: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of one form.

    Takes up to a tenth of a second and holds a core: call it outside any transaction. Raises FormError.

    >>> render("no-such-form", {})
    Traceback (most recent call last):
        ...
    renkei.forms.rendering.FormError: no-such-form
    """
    return render_all([Form(form, data)])


def render_all(forms: Sequence[Form], title: str = "") -> bytes:
    """One PDF of several forms in their order, tagged for screen readers and fit to be kept (PDF/A-2a, PDF/UA-1).

    `title` is the document's name, shown by whoever opens it. Characters that cannot be drawn stand as 〓 (`legible`).
    Without the forms' own fonts neither standard is promised: nobody knows what the system's fonts can draw. Raises FormError.
    """
    standards = ["a-2a", "ua-1"] if FONTS.is_dir() else []
    drawn = _compiled(forms, title, format="pdf", pdf_standards=standards)
    if not isinstance(drawn, bytes):
        raise FormError(forms[0].name)
    return drawn


def pictures(form: Form) -> list[str]:
    """The same form as SVG pictures, one a page. They are for the eye alone: put the words beside them. Raises FormError."""
    drawn = _compiled([form], "", format="svg")
    return [page.decode() for page in ([drawn] if isinstance(drawn, bytes) else drawn)]


def images(form: Form, ppi: float) -> list[bytes]:
    """The same form as PNG images, one a page, so many dots to the inch: to look at and to compare. Raises FormError."""
    drawn = _compiled([form], "", format="png", ppi=ppi)
    return [drawn] if isinstance(drawn, bytes) else drawn


def forget() -> None:
    """Give back the memory of what was drawn before.

    typst keeps the parts of its last ten documents, in case they come again: some 6 MB a page. Who draws one document after
    the other, each of its own, does this in between. It takes a fifth of the time of the drawing. Raises FormError.
    """
    with _one_at_a_time:
        compiler, _ = _compiler()
        for _ in range(_REMEMBERED):
            compiler.compile(sys_inputs={"forms": "[]", "title": "-"}, format="pdf")


def _compiled(
    wanted: Sequence[Form], title: str, format: Literal["pdf", "svg", "png"], **how: Any
) -> bytes | list[bytes]:
    unknown = {form.name for form in wanted} - set(forms())
    if unknown or not wanted:
        raise FormError(", ".join(sorted(unknown)))
    data, _ = legible([form._asdict() for form in wanted])
    given = [{"form": one["name"], "data": one["data"]} for one in data]
    with _one_at_a_time:
        compiler, mistake = _compiler()
        try:
            drawn = compiler.compile(
                sys_inputs={
                    "forms": json.dumps(given, ensure_ascii=False),
                    "title": legible(title)[0] or wanted[0].name,
                },
                timestamp=_MADE_AT,
                format=format,
                **how,
            )
        except mistake:
            # Without typst's text: it may quote the data.
            raise FormError(wanted[0].name) from None
    if drawn is None:
        raise FormError(wanted[0].name)
    return drawn


@functools.cache
def _compiler() -> tuple[typst.Compiler, type[Exception]]:
    try:
        import typst
    except ImportError as error:
        raise FormError("typst is not installed: renkei[forms]") from error
    own = FONTS.is_dir()
    compiler = typst.Compiler(
        input=str(FOLDER / "main.typ"),
        root=str(FOLDER),
        font_paths=[str(FONTS)] if own else [],
        # With fonts of our own a form looks alike on every machine.
        ignore_system_fonts=own,
    )
    return compiler, typst.TypstError
