"""From data to PDF by typst, with one compiler kept in the process.

A form is `<name>.typ` in this folder; it reads its data as JSON: `json(bytes(sys.inputs.data))`. Nothing is fetched: a form
uses no packages, and fonts come from the folder `fonts/` here where it is, else from the system. BIZ UD comes first: made to
be read by old eyes. Where neither is there, typst takes what the system has for Japanese.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

FOLDER = Path(__file__).parent
# The same data give the same bytes; when a form was drawn is for the form itself to say.
_MADE_AT = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
_one_at_a_time = threading.Lock()


class FormError(RuntimeError):
    """A form could not be drawn: the library is not installed, there is no such form, or it lacks some of its data."""


def forms() -> list[str]:
    """The names of all forms.

    >>> forms()
    ['licence-certificate']
    """
    return sorted(path.stem for path in FOLDER.glob("*.typ"))


def render(form: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a form, tagged for screen readers. `data` is plain: texts, numbers, lists, mappings.

    Takes a tenth of a second and holds a core: call it outside any transaction. Raises FormError.

    >>> render("no-such-form", {})
    Traceback (most recent call last):
        ...
    renkei.forms.rendering.FormError: no-such-form
    """
    if form not in forms():
        raise FormError(form)
    with _one_at_a_time:
        compiler, mistake = _compiler()
        try:
            drawn = compiler.compile(
                input=str(FOLDER / f"{form}.typ"),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                timestamp=_MADE_AT,
            )
        except mistake:
            # Without typst's text: it may quote the data.
            raise FormError(form) from None
    if not isinstance(drawn, bytes):
        raise FormError(form)
    return drawn


@functools.cache
def _compiler() -> tuple[typst.Compiler, type[Exception]]:
    try:
        import typst
    except ImportError as error:
        raise FormError("typst is not installed: renkei[forms]") from error
    fonts = FOLDER / "fonts"
    return typst.Compiler(root=str(FOLDER), font_paths=[str(fonts)] if fonts.is_dir() else []), typst.TypstError
