"""Fuzzing guided by coverage: `python -m tests.fuzz TARGET [libFuzzer's options] CORPUS`, with atheris installed.

`scripts/fuzz.sh` runs all targets for a limited time. An input that a target fails on is written where
`-artifact_prefix` says; `python -m tests.fuzz TARGET FILE` runs it again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["renkei.standard"]):
    from tests.fuzz.growth import stay_linear
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS

ALL = {**TARGETS, "growth": stay_linear}


def main() -> None:
    """Runs one target; without a name prints them all."""
    if len(sys.argv) < 2 or sys.argv[1] not in ALL:
        print("\n".join(ALL))
        raise SystemExit(len(sys.argv) > 1)
    target = sys.argv.pop(1)
    folders = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-") and Path(argument).is_dir()]
    if folders:
        for number, seed in enumerate(seeds("check" if target == "growth" else target)):
            (folders[0] / f"seed-{number:04}").write_bytes(seed)
    atheris.Setup(sys.argv, ALL[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
