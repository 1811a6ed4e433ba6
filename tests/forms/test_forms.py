"""The printed forms: every one draws, says what it was given, and never quotes a person in an error."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renkei import forms
from renkei.forms import FormError

CERTIFICATE: dict[str, Any] = {
    "hub": "架空市ケアプラン連携ハブ",
    "office_name": "髙橋ケアプランセンター 〜すずらん〜",
    "office_number": "1379100017",
    "from": "令和8年11月22日",
    "until": "令和9年11月21日",
    "number": "ABCD-EFGH-JKMN-PQRS",
    "address": "https://hub.example.jp/verify/ABCD-EFGH-JKMN-PQRS/",
    "qr": ["101", "010", "111"],
    "issued_on": "令和8年11月22日",
}


def text_of(pdf: bytes, folder: Path, program: str) -> str:
    (folder / "form.pdf").write_bytes(pdf)
    done = subprocess.run([program, "-layout", folder / "form.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_a_certificate_says_office_days_number_and_address(need: Callable[[str], str], tmp_path: Path) -> None:
    text = text_of(forms.render("licence-certificate", CERTIFICATE), tmp_path, need("pdftotext"))
    # typst sets a narrow space between kana and digits, which reads as one.
    plain = "".join(text.split())
    for name, value in CERTIFICATE.items():
        if name != "qr":
            assert "".join(value.split()) in plain, name


def test_the_same_data_give_the_same_bytes() -> None:
    assert forms.render("licence-certificate", CERTIFICATE) == forms.render("licence-certificate", CERTIFICATE)


def test_marks_of_the_drawing_language_in_a_name_stay_letters(need: Callable[[str], str], tmp_path: Path) -> None:
    name = '#sys.inputs *太字* $x$ "引用" \\ <a> @b // c'
    pdf = forms.render("licence-certificate", CERTIFICATE | {"office_name": name})
    assert "#sys.inputs*太字*$x$" in "".join(text_of(pdf, tmp_path, need("pdftotext")).split())


def test_a_form_that_lacks_data_is_refused_without_quoting_any() -> None:
    with pytest.raises(FormError) as caught:
        forms.render("licence-certificate", {"office_name": "山田 太郎"})
    assert str(caught.value) == "licence-certificate" and caught.value.__suppress_context__


def test_only_forms_of_the_folder_are_drawn() -> None:
    for name in ("no-such-form", "../forms/licence-certificate", ""):
        with pytest.raises(FormError):
            forms.render(name, {})
