"""The process of `apart`: takes a task and its arguments, answers with what it makes of each, until nobody asks any more."""

from __future__ import annotations

import signal
from multiprocessing.connection import Connection


def main() -> None:
    """Serve whoever holds the other end of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's; the starter ends us
    with Connection(0) as asker:
        asker.send(True)
        while True:
            try:
                task, ones = asker.recv()
                asker.send([task(one) for one in ones])
            except EOFError:
                return


if __name__ == "__main__":
    main()
