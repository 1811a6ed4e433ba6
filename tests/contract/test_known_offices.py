"""The public list of offices: imported, faulty or not, and found."""

from __future__ import annotations

import codecs
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .commands import here
from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

HEADINGS = (
    "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,方書,緯度,経度,"
    "電話番号,FAX番号,法人番号,法人の名称,事業所番号,利用可能曜日,利用可能曜日特記事項,定員,URL,"
    "高齢者の方と障害者の方が同時一体的に利用できるサービス,介護保険の通常の指定基準を満たしている,"
    "障害福祉の通常の指定基準を満たしている,備考"
)
AREA = "139912"


def line(
    number: str, name: str, kana: str, kind: str = "訪問介護", fax: str = "03-0000-0002", place: str = AREA
) -> str:
    """One row, as the list writes it: every item quoted."""
    items = [
        place,
        "1",
        "東京都",
        "架空区",
        name,
        kana,
        kind,
        "架空区中央1-2-3",
        "架空ビル2階",
        "",
        "",
        "03-0000-0001",
        fax,
    ]
    items += ["", "社会福祉法人すみれ会", number, "", "", "", "", "", "", "", ""]
    return ",".join(f'"{item}"' for item in items)


LINES = (
    line("1379900014", "すずらん訪問介護", "スズランホウモンカイゴ"),
    line("1379900022", "すずめヘルパー", "スズメヘルパー", fax=""),
    line("1379900030", "もみじケアプラン", "モミジケアプラン", "居宅介護支援"),
)


def csv_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    text = "\r\n".join((HEADINGS, *lines, ""))
    path.write_bytes((codecs.BOM_UTF8 if encoding == "utf-8" else b"") + text.encode(encoding))
    return path


def imported(hub: Hub, *files: Path, status: int = 0, as_of: str = "2026-06-30") -> str:
    return here("hub", "known-offices", "--data", hub.data, *files, "--as-of", as_of, status=status)


def known() -> dict[str, Any]:
    from renkei.hub.parties.models import KnownOffice

    return {row.number: row for row in KnownOffice.objects.all()}


def test_the_list_is_imported_and_found_by_number_name_and_reading(hub: Hub, tmp_path: Path) -> None:
    from renkei.hub.parties.directory import find

    said = imported(hub, csv_file(tmp_path / "jigyosho_110.csv", *LINES))
    assert "新しく 3" in said
    assert {row.service for row in known().values()} == {"11", "43"}
    assert [row.number for row in find("1379900030")] == ["1379900030"]
    assert [row.name for row in find("すず")] == ["すずらん訪問介護", "すずめヘルパー"]
    assert [row.name for row in find("もみじ")] == ["もみじケアプラン"]
    assert [row.name for row in find("モミジ")] == ["もみじケアプラン"]
    assert [row.name for row in find("ケアプラン", area=AREA)] == ["もみじケアプラン"]
    assert [row.name for row in find("", area=AREA, service="11")] == ["すずらん訪問介護", "すずめヘルパー"]
    assert find("") == [] and find("ケアプラン") == [] and find("すず", area="011011") == []
    for area in ("架空区", "架空区中央", "東京都架空区", "東京都架空区中央"):
        assert [row.name for row in find("ケアプラン", area=area)] == ["もみじケアプラン"], area
    assert find("", area="中央") == find("", area="大阪府中央") == [] and len(find("", area="架空区")) == 3
    first = find("すずらん")[0]
    assert not first.joined and first.fax == "03-0000-0002" and first.address == "架空区中央1-2-3 架空ビル2階"


def test_an_office_that_has_joined_is_said_to_have(town: Hub, tmp_path: Path) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.directory import find

    office = next(iter(town.offices.values()))
    services.set_satellite(services.office(office.number).services.get(), "01", "北の家", "command:test")
    assert [(row.joined, row.satellites) for row in find(office.name[:3]) if row.number == office.number] == [
        (True, ("01 北の家",))
    ]
    imported(town, csv_file(tmp_path / "a.csv", line(office.number, "一覧の名前", "イチラン", "居宅介護支援")))
    assert [(row.joined, row.name) for row in find(office.number)] == [(True, office.name)]


def test_wrong_rows_are_told_with_their_line_and_the_rest_is_imported(hub: Hub, tmp_path: Path) -> None:
    rows = [
        LINES[0],
        line("379900022", "先頭の0", "ゼロ"),
        line("1379900030", "", "ナナシ"),
        line("1379900048", "占いの館", "ウラナイ", "占い"),
        '"139912","1","短い行"',
        line("1379900055", "長" * 201, "ナガイ"),
        line("1379900063", "場所なし", "バショ", place="東京"),
        LINES[2],
    ]
    said = imported(hub, csv_file(tmp_path / "a.csv", *rows), status=1)
    assert set(known()) == {"1379900014", "1379900030", "1379900048"}
    assert known()["1379900048"].service == ""
    for words in (
        "a.csv 3行目「事業所番号」: 9桁です。先頭の0",
        "4行目「事業所名」: 空です。",
        "5行目「サービスの種類」: この名前のサービス種類(2桁)を知りません。種類なしで入れました。",
        "6行目: 24列のはずが3列です。",
        "7行目「事業所名」: 200文字より長いです。",
        "8行目「市町村コード」: 6桁の数字ではありません。",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ではありません"),
        (b"\xff\xfe" + "事業所".encode("utf-16-le"), "ではありません"),
        (HEADINGS.encode("cp932"), "ではありません"),
        (f'{HEADINGS}\r\n"閉じない引用符,,,\r\n'.encode(), "CSV として読めません"),
        (f"{HEADINGS}\r\n{'長' * 70000}".encode(), "1行が長すぎます"),
        (f"{HEADINGS}\r\n{LINES[0]}\r\n".encode() + LINES[1].encode("cp932"), "UTF-8 の文字として読めません"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_words(hub: Hub, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert words in imported(hub, path, status=1)


def test_a_later_list_renews_rows_and_leaves_what_vanished_with_its_date(hub: Hub, tmp_path: Path) -> None:
    imported(hub, csv_file(tmp_path / "a.csv", *LINES))
    said = imported(
        hub, csv_file(tmp_path / "b.csv", line("1379900014", "すずらん新館", "スズラン")), as_of="2026-12-31"
    )
    assert "書き直し 1" in said and "この一覧にないもの: 1 行" in said
    assert known()["1379900014"].name == "すずらん新館"
    assert known()["1379900022"].as_of == date(2026, 6, 30)
    assert "3 行は変えていません" in imported(hub, csv_file(tmp_path / "a.csv", *LINES), as_of="2025-12-31")
    assert known()["1379900014"].name == "すずらん新館"


def test_all_files_of_a_zip_are_read_in_portions(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.cli.hub import parties

    monkeypatch.setattr(parties, "PORTION", 2)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(csv_file(tmp_path / "a.csv", *LINES), "a.csv")
        archive.write(
            csv_file(tmp_path / "b.csv", line("1379900071", "むくげ", "ムクゲ", "居宅介護支援")), "list/b.csv"
        )
        archive.writestr("readme.txt", "x")
    assert "新しく 4" in imported(hub, tmp_path / "all.zip")
    broken = tmp_path / "broken.zip"
    broken.write_bytes((tmp_path / "all.zip").read_bytes()[:-40])
    assert "zip として開けません" in imported(hub, broken, status=1)
    with zipfile.ZipFile(broken, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", "x" * 1000)
    data = bytearray(broken.read_bytes())
    data[44] ^= 0x5A
    broken.write_bytes(data)
    assert "zip として開けません" in imported(hub, broken, status=1)


def test_the_same_row_twice_in_one_file_counts_once(hub: Hub, tmp_path: Path) -> None:
    imported(hub, csv_file(tmp_path / "a.csv", LINES[0], line("1379900014", "あとの名前", "アト")))
    assert [row.name for row in known().values()] == ["あとの名前"]


@pytest.mark.parametrize(
    ("text", "place"),
    [("すず", None), ("1379900014", None), ("ケア", AREA), ("", AREA), ("ケア", "架空区"), ("", "東京都架空区")],
)
def test_finding_goes_by_an_index_however_long_the_list_is(hub: Hub, text: str, place: str | None) -> None:
    from django.db import connection

    from renkei.hub.parties.directory import find
    from renkei.hub.parties.models import KnownOffice

    many = [
        KnownOffice(
            number=f"13{n:08}",
            kind="訪問介護",
            name=f"事業所{n}",
            kana="",
            municipality=f"{n % 900:06}",
            address=f"架空{n % 900}市{n}",
            as_of=date(2026, 6, 30),
        )
        for n in range(5000)
    ]
    KnownOffice.objects.bulk_create(many)
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, is_many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, is_many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE parties_knownoffice")
    with connection.execute_wrapper(note):
        find(text, place)
    how = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    for sql, params in seen:
        if 'FROM "parties_knownoffice"' in sql:
            with connection.cursor() as cursor:
                cursor.execute(how + sql, params)
                plan = " ".join(str(row) for row in cursor.fetchall())
            assert not re.search(r"SCAN parties_knownoffice(?! USING)|Seq Scan on parties_knownoffice", plan), plan
            assert "SEARCH" in plan or "Index" in plan, plan
