"""What the process of `drawing` does. No Django here."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.forms import Form, pictures, render_all
from renkei.forms.rendering import forget


def pdf(wanted: tuple[Sequence[Form], str]) -> bytes:
    """One PDF of some forms, with its title. Raises FormError."""
    forms, title = wanted
    drawn = render_all(forms, title)
    forget()
    return drawn


def svgs(forms: Sequence[Form]) -> list[list[str]]:
    """The pages of each form. Raises FormError."""
    drawn = [pictures(form) for form in forms]
    forget()
    return drawn
