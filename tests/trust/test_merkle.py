"""Hash trees, checked against the published roots of the Certificate Transparency test data (RFC 6962)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.trust import merkle

ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
TREES = st.lists(st.binary(max_size=8), min_size=1, max_size=40).map(lambda entries: [merkle.leaf(e) for e in entries])


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size: int) -> None:
    assert merkle.root([merkle.leaf(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


@given(TREES)
def test_every_leaf_has_a_path_to_the_root(leaves: list[bytes]) -> None:
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        assert merkle.verify(leaf, index, len(leaves), merkle.path(leaves, index), root)


@given(TREES, st.data())
def test_a_path_proves_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path, size = merkle.root(leaves), merkle.path(leaves, index), len(leaves)
    other = merkle.leaf(b"an event that never happened")
    assert not merkle.verify(other, index, size, path, root)
    assert not merkle.verify(leaves[index], index, size, [*path, other], root)
    assert not merkle.verify(leaves[index], index, size, path, other)
    assert not merkle.verify(leaves[index], -1, size, path, root)
    assert not merkle.verify(leaves[index], size, size, path, root)
    assert not merkle.verify(leaves[index], index, 0, path, root)
    if path:
        assert not merkle.verify(leaves[index], index, size, path[:-1], root)
        assert not merkle.verify(leaves[index], index, size, [other, *path[1:]], root)


def test_a_node_is_no_leaf() -> None:
    """Otherwise two events could be taken for one whose content is their hashes."""
    leaves = [merkle.leaf(b"a"), merkle.leaf(b"b")]
    assert merkle.leaf(leaves[0] + leaves[1]) != merkle.root(leaves)
    assert merkle.leaf(b"") != hashlib.sha256(b"").digest()


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_from_outside(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.path([merkle.leaf(b"x")] * 3, index)
