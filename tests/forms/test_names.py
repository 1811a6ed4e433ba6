"""Names as they may come, in every form: sixty letters without a space, or with line breaks. Nothing lies over another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of

from renkei.forms import Form
from renkei.forms.filling import cover_sheet
from renkei.forms.filling.given import Given
from renkei.forms.kinds import FORM_KINDS, LARGE, Family, fill

FORMS = sorted({kind.name for kind in (*FORM_KINDS, LARGE)})
NAMES = {"of one run of letters": "McŠéñör" * 9, "of lines": "行\n" * 9 + "終"}


def named(name: str) -> list[Form]:
    """Each form about a person of this name, the cover sheet from and to offices of it."""
    person = Given(("139998", "0000000001"), ("", ""), ("", ""), "", {}, client=(name, name))
    office = cover_sheet.Office("1379100017", name, "042-000-0001", name, name)
    clients = tuple(cover_sheet.Client(name, standing, (name,)) for standing in cover_sheet.Standing)
    cover = cover_sheet.Cover(Family.USE_TABLE, "202612", office, office, clients, "20261122", 3)
    return [*(fill(form, person, {}) for form in FORMS), cover_sheet.fill(cover)]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_has_room_in_every_form(name: str, need: Callable[[str], str], tmp_path: Path) -> None:
    for form in named(name):
        pages = pages_of(form, need("pdftotext"), tmp_path)
        assert_nothing_sticks_out(pages)
        said = "".join(page.text for page in pages)
        assert "".join(name.split()) in said, form.name
