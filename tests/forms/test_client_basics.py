"""利用者基本情報: every item, the family's picture made anew, and in its place the reason where there is none."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of
from tests.forms.pictures import assert_looks_like

from renkei.forms import pictures, render
from renkei.forms.choosing import choose
from renkei.forms.filling.client_basics import fill
from renkei.forms.filling.family_chart import chart, charts_of
from renkei.forms.filling.given import Given, Row
from renkei.forms.pile import Pile
from renkei.standard import records
from renkei.standard.comparing.papers import read_papers
from renkei.standard.layouts import layout

KEY = {"consultation_date": "20261110"}
PARTS = "1379100017_46_1379300013_62_20261110150000"
PICTURE = f"UPKIHON_IMAGE_{PARTS}_0001.jpg"
NOTHING = Given(("", ""), ("", ""), ("", ""), "", {})
WORDS = "みどり町で生まれ、和裁の仕事を60歳まで続けた。長男夫婦と暮らし、食事は別にしている"


def jpeg(width: int = 640, height: int = 480, **how: Any) -> bytes:
    """A grandmother, a grandfather and their daughter, drawn by hand."""
    drawn = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(drawn)
    for place, shape in (((1, 1), pen.rectangle), ((5, 1), pen.ellipse), ((3, 4), pen.ellipse)):
        left, top = place[0] * width // 8, place[1] * height // 7
        shape((left, top, left + width // 6, top + height // 5), outline="black", width=4)
    made = io.BytesIO()
    drawn.save(made, "JPEG", **how)
    return made.getvalue()


def given(row: Row, pictures: dict[str, bytes] | None = None, **parts: Sequence[Row]) -> Given:
    rows = {"UPKIHON": [{**KEY, **row}], **parts}
    return Given(("139998", "0000001071"), ("", ""), ("", ""), "", rows, pictures=pictures or {})


def sheet(row: Row, **parts: Sequence[Row]) -> dict[str, Any]:
    (one,) = fill(given(row, **parts)).data["sheets"]
    return dict(one)


def with_picture(data: bytes | None) -> dict[str, Any]:
    pictures = {} if data is None else {PICTURE.lower(): data}
    (one,) = fill(given({"family_chart_image_file": PICTURE}, pictures)).data["sheets"]
    return dict(one)


def opened(picture: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture["jpeg"])))


TYPICAL = given(
    {
        "prevention_plan_kind": "1",
        "outsourcing": "2",
        "created_by_name": "栁原　予防",
        "consultation_method": "03",
        "consultation_method_other": "自宅を訪問、長男が同席",
        "consultation_count_kind": "02",
        "previous_consultation_date": "20260512",
        "client_situation": "01",
        "client_name_kana": "ﾀｶﾅｼ　ﾉﾌﾞ",
        "client_name": "小鳥遊　のぶ",
        "client_sex": "2",
        "client_birth_date": "19460214",
        "client_address": "東京都架空市みどり町２－５",
        "client_phone": "042-000-0171",
        "disability_independence_level": "11",
        "dementia_independence_level": "02",
        "care_level": "13",
        "certification_valid_from": "20260401",
        "certification_valid_to": "20280331",
        "previous_care_level": "12",
        "checklist_result": "1",
        "checklist_date": "20261110",
        "disability_cert_physical": "1",
        "disability_cert_mental": "0",
        "disability_cert_remarks": "４級(膝関節)",
        "housing_form": "05",
        "own_room_floor": "2",
        "home_modification": "1",
        "income_national_pension": "1",
        "visitor_name": "小鳥遊　守",
        "visitor_relationship": "長男",
        "emergency_contact_1_name": "小鳥遊　守",
        "emergency_contact_1_relationship": "長男",
        "emergency_contact_1_phone": "042-000-0172",
        "family_chart_image_file": PICTURE,
        "family_situation": "長男夫婦と二世帯で暮らす。\n食事は別。",
        "life_history": "みどり町で生まれ、和裁の仕事を60歳まで続けた。",
        "hobbies": "編み物、ラジオ体操",
        "consent_date": "20261110",
        "consenting_person_name": "小鳥遊　のぶ",
    },
    {PICTURE.lower(): jpeg()},
    UPKIHON_SUB1=[
        KEY | {"time_text": "6:00", "own_activity": "起床、ラジオ体操"},
        KEY | {"time_text": "21時ごろ", "own_activity": "就寝", "family_activity": "帰宅、夕食"},
    ],
    UPKIHON_SUB2=[
        KEY
        | {
            "onset_date_text": "平成30年5月",
            "disease_name": "変形性膝関節症(右)",
            "medical_institution_doctor": "みどり架空病院　整形外科",
            "attending_doctor_flag": "1",
            "medical_institution_phone": "042-000-0199",
            "disease_course": "01",
            "treatment_detail": "注射、月1回",
        }
    ],
)


def items(kind: str, *types: str) -> list[str]:
    return [field.name for field in layout(kind).fields if field.type in types]


def test_every_item_of_the_layouts_is_on_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    row = {name: f"項{place}目" for place, name in enumerate(items("UPKIHON", "text", "line"), start=100)}
    day = {name: f"日{place}目" for place, name in enumerate(items("UPKIHON_SUB1", "text"), start=100)}
    illness = {name: f"病{place}目" for place, name in enumerate(items("UPKIHON_SUB2", "text", "line"), start=100)}
    days = {name: f"202601{place:02}" for place, name in enumerate(items("UPKIHON", "date"), start=10)}
    codes = {"own_room_floor": "37", "care_level": "13", "previous_care_level": "24"}
    key = {name: days[name] for name in KEY}
    form = fill(given({**row, **days, **codes}, UPKIHON_SUB1=[key | day], UPKIHON_SUB2=[key | illness]))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    said = "".join(page.text for page in pages)
    dates = [f"令和8年1月{int(one[-2:])}日" for one in days.values()]
    assert (len(pages), len(row), len(day), len(illness), len(days)) == (2, 39, 3, 5, 7)
    tokens = [*row.values(), *day.values(), *illness.values(), *dates, "自室37階", "（要介護４）", "Renkeiの様式"]
    for token in (*tokens, "139998", "0000001071"):
        assert token in said, token


def test_what_is_chosen_is_ringed_and_an_unknown_code_too() -> None:
    one = sheet({"housing_form": "08", "care_level": "77", "client_sex": "2", "consultation_method": "02"})
    assert one["houses"]["chosen"] == ["借家", "集合住宅"]
    assert one["levels"]["options"][-1] == "77" and one["levels"]["chosen"] == ["77"]
    assert one["sexes"] == {"options": ["男", "女"], "chosen": ["女"]}
    assert one["methods"]["chosen"] == ["電話"]


def test_of_certificates_and_incomes_only_a_yes_is_ringed() -> None:
    one = sheet({"disability_cert_physical": "1", "disability_cert_mental": "0", "income_public_assistance": "5"})
    assert one["certificates"] == {"options": ["身障", "療育", "精神", "難病"], "chosen": ["身障"]}
    assert one["incomes"]["chosen"] == ["生活保護（5）"]


def test_the_age_is_that_of_the_day_of_the_consultation() -> None:
    assert sheet({"client_birth_date": "19461111"})["age"] == "79"
    assert sheet({"client_birth_date": "99999999"})["age"] == ""


def test_the_days_and_illnesses_are_those_of_the_same_consultation() -> None:
    other = {"consultation_date": "20250101"}
    mine = KEY | {"time_text": "6:00"}
    sheets = fill(given({}, UPKIHON_SUB1=[mine, other | {"time_text": "7:00"}])).data["sheets"]
    found = [(one["consulted"], [row["time"] for row in one["schedule"]]) for one in sheets]
    assert found == [("令和8年11月10日", ["6:00"]), ("令和7年1月1日", ["7:00"])]


def test_the_doctor_in_charge_has_a_star() -> None:
    rows = [KEY | {"attending_doctor_flag": flag} for flag in ("1", "2", "", "9")]
    assert [one["attending"] for one in sheet({}, UPKIHON_SUB2=rows)["illnesses"]] == ["☆", "", "", "9"]


def test_the_family_chart_comes_from_its_file_to_the_paper() -> None:
    row = {"insurer_number": "139998", "insured_person_number": "0000001071", "family_chart_image_file": PICTURE}
    files = {
        f"a/UPKIHON_{PARTS}.CSV": records.write("UPKIHON", [row | KEY]),
        f"a/{PICTURE}": jpeg(),
        f"a/UPKIHON_IMAGE_{PARTS}_0002.jpg": b"of somebody else",
    }
    papers, _ = read_papers(files.items())
    (sheet,) = choose(Pile(papers), pictures=charts_of(files.items())).sheets
    assert list(sheet.given.pictures) == [PICTURE.lower()]
    form = sheet.form()
    assert b"/DCTDecode" in render(*form)
    assert "data:image/svg+xml" in pictures(form)[0]
    assert b"/DCTDecode" not in render(*choose(Pile(papers)).sheets[0].form())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        jpeg()[:-2000],
        b"GIF89a" + jpeg(),
        jpeg().replace(b"\xff\xc0\x00\x11\x08\x01\xe0\x02\x80", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff"),
        jpeg()[:-2] + b"\xff\xda" * 40 + b"\xff\xd9",
        jpeg() + bytes(6_000_000),
    ],
    ids=["empty", "begun", "cut off", "no JPEG", "65535 dots a side", "endless layers", "too many bytes"],
)
def test_in_place_of_a_picture_that_cannot_be_opened_stands_that(data: bytes) -> None:
    one = with_picture(data)
    assert one["picture"] is None
    assert one["no_picture"] == f"家族構成の写真は開けません（{PICTURE}）"


def test_a_picture_that_did_not_come_is_told_and_none_is_asked_for_where_none_is_named() -> None:
    assert with_picture(None)["no_picture"] == f"家族構成の写真は届いていません（{PICTURE}）"
    assert sheet({})["no_picture"] == ""


def test_a_large_picture_becomes_small_and_keeps_its_shape() -> None:
    made = chart(jpeg(4000, 2000))
    assert made and (made["width"], made["height"]) == (1200, 600)
    assert opened(dict(made)).size == (1200, 600)


def test_a_picture_taken_sideways_stands_upright_and_where_it_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    made = chart(jpeg(exif=exif))
    assert made and (made["width"], made["height"]) == (480, 640)
    assert not opened(dict(made)).getexif()


def test_colours_of_printers_become_those_of_screens() -> None:
    made = io.BytesIO()
    Image.new("CMYK", (80, 60)).save(made, "JPEG")
    found = chart(made.getvalue())
    assert found and opened(dict(found)).mode == "RGB"


def test_a_crowded_sheet_loses_nothing(need: Callable[[str], str], tmp_path: Path) -> None:
    row = dict.fromkeys(items("UPKIHON", "text"), WORDS * 2) | {"client_name": "栁" * 60, "visitor_name": "Q" * 60}
    row |= {"life_history": "\n".join(f"昔{place:03}" for place in range(90)), "client_phone": "0" * 40}
    days = [KEY | {"time_text": f"{place}時{place}分", "own_activity": WORDS} for place in range(30)]
    illnesses = [KEY | {"disease_name": f"病{place:02}", "treatment_detail": WORDS * place} for place in range(20)]
    form = fill(given(row, UPKIHON_SUB1=days, UPKIHON_SUB2=illnesses))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    assert all("利用者基本情報" in page.text and "Renkeiの様式" in page.text for page in pages)
    said = "".join(page.text for page in pages)
    tokens = [*(f"昔{n:03}" for n in range(90)), *(f"病{n:02}" for n in range(20)), *(f"{n}時{n}分" for n in range(30))]
    for token in tokens:
        assert token in said, token
    assert said.count("Q") == 60 and "0" * 40 in said


def test_the_sheet_looks_as_support_centres_write_it() -> None:
    assert_looks_like("client-basics", fill(TYPICAL))


def test_the_empty_sheet_has_room_to_write_by_hand(need: Callable[[str], str], tmp_path: Path) -> None:
    first, second = pages_of(fill(NOTHING), need("pdftotext"), tmp_path)
    assert "緊急連絡先" in first.text and "家族構成" in first.text and "写真" not in first.text
    assert "現病歴・既往歴と経過" in second.text and "同意します" in second.text


def test_the_name_of_a_missing_picture_stays_in_its_cell(need: Callable[[str], str], tmp_path: Path) -> None:
    form = fill(given({"family_chart_image_file": "長い名前の写真" * 99, "family_situation": WORDS * 9}))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    assert sum(page.text.count("写") for page in pages) == 100  # of each name, and of the words before them
