"""Waiting without holding up the event loop. The other half has its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

sleep = asyncio.sleep


async def aside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that computes for long or reads the disk."""
    return await asyncio.to_thread(function, *args, **kwargs)


def from_aside(call: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """A call of this event loop, for a function that runs `aside`."""
    loop = asyncio.get_running_loop()

    def waited(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run_coroutine_threadsafe(call(*args, **kwargs), loop).result()

    return waited
