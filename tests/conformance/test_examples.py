"""The month in `examples/` is the one that the command makes."""

from __future__ import annotations

from pathlib import Path

from renkei.conformance import make_month


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_making_the_example_again_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    make_month().write(tmp_path)
    assert contents(tmp_path) == contents(root / "examples/month")


def test_the_example_shows_every_kind_of_difference_and_both_subtotals() -> None:
    month = make_month()
    assert {d.kind for d in month.truth.differences} == {"missing", "time_changed", "unplanned"}
    assert len({d.office for d in month.truth.differences}) == 3
    sent = b"".join(month.files[month.offices[0].number].values())
    assert b",15AAAA," in sent
    assert b",17AAAA," in sent
