"""What people wrote: compressed, encrypted, wrapped once per holder. Nothing else of the hub touches a body's bytes.

`prepare` seals outside any transaction; `store` writes inside `core.write()`; `fetch` reads the stored form inside the
transaction that records the look; `open_body` decrypts after its commit.
"""

from __future__ import annotations

from renkei.hub.core.bodies.services import BodyGone, Fetched, Prepared, discard, fetch, open_body, prepare, store

__all__ = ["BodyGone", "Fetched", "Prepared", "discard", "fetch", "open_body", "prepare", "store"]
