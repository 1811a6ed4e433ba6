"""`python -m renkei`: the same as the command `renkei`."""

from __future__ import annotations

import sys

from renkei.cli import main

sys.exit(main())
