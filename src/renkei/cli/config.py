"""`renkei config`: the settings in force, and where each comes from."""

from __future__ import annotations

import argparse
import os
import sys

from .hubside import add_data, guarded


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `renkei config`."""
    parser.epilog = "例: RENKEI_TOKEN_MINUTES=30 renkei config"
    add_data(parser)


@guarded
def run(options: argparse.Namespace) -> int:
    """Print every setting; 1 when the combination must not run."""
    from renkei.hub.config import combinations
    from renkei.hub.config import options as hub_options

    if options.data is not None:
        os.environ["RENKEI_DATA"] = str(options.data)
    values = hub_options.read()
    for name, value in values.items():
        shown = "(設定あり)" if value.option.secret and value.value else value.value
        shown = ",".join(map(str, shown)) if isinstance(shown, tuple) else shown
        print(f"RENKEI_{name} = {shown}\n    {value.option.meaning}  [{value.source}]")
    problems = combinations.problems(values)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
