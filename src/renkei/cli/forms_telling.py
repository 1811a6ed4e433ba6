"""What `renkei forms` says at its end: what was written, what was left out, and what could not be drawn."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from renkei.forms.choosing import Chosen
from renkei.forms.legible import MISSING
from renkei.forms.printing import Printed, Undrawn
from renkei.standard.comparing.papers import Person

from .files import visible
from .forms_placing import Targets

_MOST_LINES = 20


def tell_written(targets: Targets, made: Sequence[Printed], people: int) -> None:
    """Where it lies, and how much it is."""
    files = [file.name for one in made for file in one.files]
    where = f"フォルダ「{visible(targets.folder)}」に {len(files)}個のファイルを"
    if len(files) == 1:
        where = f"「{visible(targets.folder / files[0])}」に"
    elif not targets.is_folder:
        where = f"「{visible(targets.folder / files[0])}」から {len(files)}冊に分けて"
    counted = f"({people}人、様式{sum(one.sheets for one in made)}件)" if people else ""
    print(f"{where}書きました{counted}。")


def tell_undrawn(undrawn: Sequence[Undrawn], *, with_covers: bool) -> None:
    """Sheets that are not in what was written, with whose they are and what to do."""
    if not undrawn:
        return
    print(f"描けなかった様式が{len(undrawn)}件あります。次のものは、PDF や絵に入っていません。", file=sys.stderr)
    for one in undrawn[:_MOST_LINES]:
        print(f"  {visible(_whose_sheet(one))}", file=sys.stderr)
    if len(undrawn) > _MOST_LINES:
        print(f"  ほか {len(undrawn) - _MOST_LINES}件", file=sys.stderr)
    if with_covers:
        print("  送付状の人数と氏名には、入っています。送る前に確かめてください。", file=sys.stderr)
    print(
        "  この人のファイルを renkei check で確かめてください。中身は renkei show で見られます。"
        "誤りがないのに描けないときは、Renkei の不具合です。",
        file=sys.stderr,
    )


def tell_others(targets: Targets, made: Sequence[Printed]) -> None:
    """PDFs of an earlier run that whoever prints the whole folder, or all volumes, would print too."""
    own = {file.name for one in made for file in one.files}
    found = targets.folder.glob("*.pdf" if targets.is_folder else "*冊.pdf")
    others = [path for path in found if targets.is_folder or path.name.startswith(f"{targets.stem}-")]
    if count := len({path.name for path in others} - own):
        print(
            f"同じところに、前に作った PDF が{count}個あります。いま作ったものとまちがえないでください。",
            file=sys.stderr,
        )


def tell_left_out(chosen: Chosen) -> None:
    """What is among the files and was not printed."""
    if chosen.replaced:
        print(f"同じ相手への新しい版があるので、前の版{chosen.replaced}件は入れていません。", file=sys.stderr)
    if chosen.withdrawn:
        print(f"取り消されたもの{chosen.withdrawn}件は入れていません。", file=sys.stderr)


def tell_missing(made: Sequence[Printed]) -> None:
    """Characters that stand as 〓 on paper, with whom to look for."""
    lines = [(person, characters) for one in made for person, characters in one.missing]
    if not lines:
        return
    print(f"紙に描けない文字があったので、{MISSING}にしました。手で書きたしてください。", file=sys.stderr)
    for person, characters in lines[:_MOST_LINES]:
        told = "、".join(f"「{one}」(U+{ord(one):04X})" for one in characters)
        print(f"  {_whose(person)}: {told}", file=sys.stderr)
    if len(lines) > _MOST_LINES:
        print(f"  ほか {len(lines) - _MOST_LINES}人", file=sys.stderr)


def _whose(person: Person) -> str:
    insurer, insured = person
    return f"保険者番号 {insurer} 被保険者番号 {insured}" if insured else "送付状"


def _whose_sheet(one: Undrawn) -> str:
    return f"{_whose(one.person)}: {one.title}" if any(one.person) else one.title
