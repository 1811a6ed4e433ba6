"""Hash trees as in RFC 6962 section 2: many events under one root, and a short proof that one of them is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf(data: bytes) -> bytes:
    """The 32-byte hash of one entry. Leaves and nodes begin differently, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The 32-byte root over leaf hashes in order; of no leaves at all, the hash of nothing."""
    return levels(leaves)[-1][0] if leaves else hashlib.sha256(b"").digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The whole tree from the leaf hashes up to the root's level: worked out once for many paths."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        found.append(_next_level(found[-1]))
    return found


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root, lowest first. Raises IndexError outside the leaves."""
    return path_in(levels(leaves), index)


def path_in(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """As `path`, in a tree that `levels` gave."""
    if not 0 <= index < len(tree[0]):
        raise IndexError(index)
    found = []
    for level in tree[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        index //= 2
    return found


def verify(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows that `leaf` stands at `index` among the `size` leaves under `root`."""
    if not 0 <= index < size:
        return False
    rest, last, current = list(path), size - 1, leaf
    while last:
        if index % 2:
            current = _node(rest.pop(0), current) if rest else b""
        elif index < last:
            current = _node(current, rest.pop(0)) if rest else b""
        # A last node without sibling rises unchanged.
        index, last = index // 2, last // 2
    return not rest and current == root


def _next_level(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
