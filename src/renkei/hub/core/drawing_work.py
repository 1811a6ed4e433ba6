"""What the process of `drawing` does. No Django here."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.forms import pictures, render_all
from renkei.forms.printing import Printable
from renkei.forms.rendering import forget


def pdf(wanted: tuple[Sequence[Printable], str]) -> bytes:
    """One PDF of some sheets, with its title. Raises FormError."""
    sheets, title = wanted
    drawn = render_all([sheet.form() for sheet in sheets], title)
    forget()
    return drawn


def svgs(sheets: Sequence[Printable]) -> list[list[str]]:
    """The pages of each sheet. Raises FormError."""
    drawn = [pictures(sheet.form()) for sheet in sheets]
    forget()
    return drawn
