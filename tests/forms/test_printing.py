"""Many sheets in one job: in order, in volumes, whole files only, and no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.standard import month

from renkei.forms import Form
from renkei.forms.choosing import Sheet, blank
from renkei.forms.filling.given import Given
from renkei.forms.kinds import FORM_KINDS
from renkei.forms.pile import PackedGiven
from renkei.forms.printing import Document, Format, StoppedError, Undrawn, print_all, volumes
from renkei.standard.comparing.papers import Person

WEEK = next(kind for kind in FORM_KINDS if kind.name == "week")


def sheet(number: int, name: str = "小野寺　髙子") -> Sheet:
    row = month.rows()["UP3KYO"][0] | {"insured_person_number": f"{number:010}"}
    given = Given(("132019", f"{number:010}"), ("1", "43"), ("2", "11"), "1", {"UP3KYO": (row,)}, (name, ""))
    return Sheet(WEEK, PackedGiven.of(given), "")


@dataclass(frozen=True)
class Bad:
    """A sheet that typst cannot draw, or that cannot even be filled."""

    data: dict[str, str] | None
    person: Person = ("132019", "0000000009")
    title: str = "第3表 髙橋　茂 様"

    def form(self) -> Form:
        return Form("week", self.data or {}["no such item"])


def document(number: int, name: str = "小野寺　髙子") -> Document:
    return Document(f"{number:010}", "帳票", (sheet(number, name),))


def test_documents_are_made_in_their_order_by_two_processes_as_they_would_be_here(tmp_path: Path) -> None:
    documents = [document(number, f"利用者{number}") for number in range(5)]
    made = list(print_all(documents, tmp_path, processes=2))
    assert [one.name for one in made] == [one.name for one in documents]
    assert multiprocessing.active_children() == []
    there = [file.read_bytes() for one in made for file in one.files]
    here = [file.read_bytes() for one in print_all(documents, tmp_path, processes=0) for file in one.files]
    assert there == here and len(set(there)) == 5


def test_many_sheets_become_volumes_and_nobody_is_torn_apart() -> None:
    sheets = [sheet(number) for number in (1, 1, 2, 2, 2, 3, 4)]
    made = volumes(sheets, "帳票", "12月の帳票", most=4)
    assert [(one.name, [page.person[1][-1] for page in one.sheets]) for one in made] == [
        ("帳票-1冊", ["1", "1"]),
        ("帳票-2冊", ["2", "2", "2", "3"]),
        ("帳票-3冊", ["4"]),
    ]
    assert made[1].title == "12月の帳票 2冊目(全3冊)"


def test_few_sheets_stay_one_document_of_the_name_that_was_asked_for() -> None:
    assert [one.name for one in volumes([sheet(1), sheet(2)], "帳票", "帳票")] == ["帳票"]


def test_pictures_are_made_page_by_page(tmp_path: Path) -> None:
    [made] = print_all([Document("a", "帳票", (sheet(1), sheet(2)))], tmp_path, Format.SVG)
    assert [path.name for path in made.files] == ["a-001.svg", "a-002.svg"]
    assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in made.files)


def test_characters_that_cannot_be_drawn_are_told_with_whose_sheet_it_is(tmp_path: Path) -> None:
    [made] = print_all([Document("a", "帳票", (sheet(1, "髙橋😀😀"), sheet(2)))], tmp_path)
    assert made.missing == ((("132019", "0000000001"), "😀"),)


def test_whoever_stops_the_job_gets_the_processes_back_at_once(tmp_path: Path) -> None:
    job = print_all([document(number) for number in range(40)], tmp_path, processes=2)
    next(job)
    began = time.monotonic()
    job.close()
    assert multiprocessing.active_children() == [] and time.monotonic() - began < 5


def test_a_process_that_dies_is_told_and_nothing_waits_for_it(tmp_path: Path) -> None:
    job = print_all([document(number) for number in range(40)], tmp_path, processes=1)
    next(job)
    for process in multiprocessing.active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
    with pytest.raises(StoppedError):
        list(job)


@pytest.mark.parametrize("data", [{"label": "第3表"}, None], ids=["not drawn", "not filled"])
@pytest.mark.parametrize("format", list(Format))
def test_a_sheet_that_cannot_be_drawn_is_told_and_the_others_are_drawn(
    tmp_path: Path, data: dict[str, str] | None, format: Format
) -> None:
    whole = Document("a", "帳票", (sheet(1), Bad(data), sheet(2)))
    [made] = print_all([whole], tmp_path, format)
    assert (made.sheets, made.undrawn) == (2, (Undrawn(("132019", "0000000009"), "第3表 髙橋　茂 様"),))
    there = [file.read_bytes() for file in made.files]
    [without] = print_all([Document("b", "帳票", (sheet(1), sheet(2)))], tmp_path, format)
    assert there == [file.read_bytes() for file in without.files]


def test_where_nothing_can_be_drawn_there_is_no_file(tmp_path: Path) -> None:
    [made] = print_all([Document("a", "帳票", (Bad(None),))], tmp_path)
    assert (made.sheets, made.files, len(made.undrawn)) == (0, (), 1)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_ends_the_job(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        list(print_all([document(1)], tmp_path / "ない"))


_ORPHANS = """
import os, signal, sys
from pathlib import Path
from tests.forms.test_printing import document
from renkei.forms.printing import print_all
import multiprocessing
if __name__ == "__main__":
    job = print_all([document(number) for number in range(40)], Path(sys.argv[1]), processes=2)
    next(job)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_stays_when_the_program_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(_ORPHANS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, tmp_path],
        stdout=subprocess.PIPE,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    left = [int(pid) for pid in done.stdout.split()]
    assert len(left) == 2
    until = time.monotonic() + 10
    while any(_lives(pid) for pid in left) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_lives(pid) for pid in left)


def _lives(pid: int) -> bool:
    """Whether it runs; what nobody waited for any more counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(") ")[1][0] != "Z"
    except OSError:
        return False


def test_an_empty_form_can_be_drawn(tmp_path: Path) -> None:
    [made] = print_all([Document("week", "第3表", (blank("week"),))], tmp_path)
    assert made.files[0].stat().st_size > 1000
