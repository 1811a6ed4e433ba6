"""Everything that waits for the hub, written once. `scripts/unasync.py` (`make docs`) makes `renkei.client._sync` of it."""
