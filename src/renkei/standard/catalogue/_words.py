"""Words that many remedies end in."""

from __future__ import annotations

EXPORT_AGAIN = "介護ソフトで直してから、もう一度書き出してください。"
