"""What `renkei convert` prints: what was changed, what a person must see to, what could not be converted, and a sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from renkei.standard.converting.notes import Level, Note

from .convert_placing import State
from .files import tell_programs, visible

# Files shown of one note before the rest is only counted.
MAX_ALIKE = 3

# The most pressing last, where a person's eye is.
_HEADINGS = {
    Level.CHANGE: "変えたところ",
    Level.WARNING: "確かめてください",
    Level.ERROR: "変換できません",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the files of one job."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    state: State
    notes: tuple[Note, ...]


def print_json(done: Sequence[Done], *, to: str, is_dry: bool) -> None:
    """The report for programs."""
    report = {
        "to": to,
        "dry_run": is_dry,
        "files": [
            {"sources": list(one.sources), "targets": list(one.targets), "state": str(one.state)} for one in done
        ],
        "notes": [note.as_dict() for one in done for note in one.notes],
    }
    tell_programs(report)


def print_text(done: Sequence[Done], out: Path, *, is_dry: bool, is_detailed: bool) -> None:
    """The report for people."""
    notes = [note for one in done for note in one.notes]
    for level, heading in _HEADINGS.items():
        groups = _alike(note for note in notes if note.level is level)
        if groups:
            print(f"{heading}:")
        for alike in groups:
            if level is Level.CHANGE and not is_detailed:
                _print_change(alike)
            else:
                _print_alike(alike, len(alike) if is_detailed else MAX_ALIKE)
        if groups:
            print()
    for line in _sum(done, out, is_dry=is_dry):
        print(line)


def _alike(notes: Iterable[Note]) -> list[list[Note]]:
    """Notes that say the same of several files together."""
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        groups.setdefault((note.message, note.remedy), []).append(note)
    return list(groups.values())


def _print_alike(notes: list[Note], most: int) -> None:
    print(f"  ■ {visible(notes[0].message)}")
    for note in notes[:most]:
        print(f"      {visible(note.file)}{_places(note)}")
    if more := notes[most:]:
        print(f"      ほか{len(more)}ファイル(すべて見るには --details)")
    print(f"    → {notes[0].remedy}")


def _print_change(notes: list[Note]) -> None:
    """In short: nothing is to be done about it."""
    if len(notes) == 1:
        print(f"  ・{visible(notes[0].message)}\n      {visible(notes[0].file)}{_places(notes[0])}")
        return
    places = sum(note.count for note in notes)
    times = f"、合わせて{places}か所" if places > len(notes) else ""
    print(f"  ・{visible(notes[0].message)}\n      {visible(notes[0].file)} など{len(notes)}ファイル{times}")


def _places(note: Note) -> str:
    """Where in the file, and how often."""
    words = []
    if note.record:
        words.append(f"{note.record}件目" + ("から" if note.count > 1 else ""))
    if note.field:
        words.append(f"「{note.field}」")
    if note.count > 1:
        words.append(f"{note.count}か所")
    return f" … {'、'.join(words)}" if words else ""


def _sum(done: Sequence[Done], out: Path, *, is_dry: bool) -> Iterable[str]:
    good = [one for one in done if one.state is not State.FAILED]
    sources = sum(len(one.sources) for one in good)
    targets = sum(len(one.targets) for one in good)
    ending = "に書きます" if is_dry else "に書きました"
    if good:
        yield f"{sources}ファイルを変換し、{targets}ファイルを {visible(out)} {ending}。"
    else:
        yield "変換したファイルはありません。"
    same = sum(len(one.targets) for one in good if one.state is State.SAME)
    if same:
        yield f"  そのうち{same}ファイルは、同じ内容のものがもうあったので、そのままです。"
    failed = sum(len(one.sources) for one in done) - sources
    if failed:
        yield f"  {failed}ファイルは変換できませんでした。"
    if not any(one.notes for one in done):
        yield "  値も形も、変わったところはありません。"
    if is_dry and good:
        yield "--dry-run なので、まだ何も書いていません。"
