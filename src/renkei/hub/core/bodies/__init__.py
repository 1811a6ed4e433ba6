"""What people wrote: compressed, encrypted, wrapped once per holder. Nothing else of the hub touches a body's bytes.

`services.prepare` seals outside any transaction; `store` writes inside `core.write()`; `fetch` reads the stored form
inside the transaction that records the look; `open_body` decrypts after its commit.
"""

from __future__ import annotations
