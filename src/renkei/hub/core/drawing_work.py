"""What the process of `drawing` does. No Django here."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.forms import Form, FormError, pictures, render_all
from renkei.forms.printing import Printable, can_be_drawn, filled
from renkei.forms.rendering import forget


def pdf(wanted: tuple[Sequence[Printable], str]) -> bytes | list[int]:
    """One PDF of some sheets, with its title; or the places of those that cannot be drawn. Raises FormError where each can."""
    sheets, title = wanted
    forms = [filled(sheet) for sheet in sheets]
    try:
        return render_all([_there(form) for form in forms], title)
    except FormError:
        undrawn = [place for place, form in enumerate(forms) if form is None or not can_be_drawn(form)]
        if not undrawn:
            raise
        return undrawn
    finally:
        forget()


def svgs(sheets: Sequence[Printable]) -> list[list[str]]:
    """The pages of each sheet; none of one that cannot be drawn."""
    drawn = [_pages(sheet) for sheet in sheets]
    forget()
    return drawn


def _pages(sheet: Printable) -> list[str]:
    try:
        return pictures(_there(filled(sheet)))
    except FormError:
        return []


def _there(form: Form | None) -> Form:
    if form is None:
        raise FormError
    return form
