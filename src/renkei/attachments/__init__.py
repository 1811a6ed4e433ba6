"""Files that travel beside a unit or alone: what they are called, what they may be, and what is hidden in them.

`index` names them for people; `inspecting` looks into one and never raises on bad bytes; `cleaning` makes a copy of a PDF
without its active parts; `scanning` asks a virus scanner. A PDF is opened in a process of its own (`apart`): a crash or a
bomb in there hurts nobody else.
"""

from __future__ import annotations
