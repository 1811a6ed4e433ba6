"""Waiting as it is. Written by hand; the other half has its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

sleep = time.sleep


def aside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that computes for long or reads the disk."""
    return function(*args, **kwargs)


def from_aside(call: Callable[P, T]) -> Callable[P, T]:
    """A call, for a function that runs `aside`."""
    return call
