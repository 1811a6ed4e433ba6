"""HTTP to the hub: verified TLS, bounded answers, bounded patience."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx2

from renkei.client import http
from renkei.client.answers import Answer
from renkei.client.errors import HubAnswerError, HubUnreachable
from renkei.client.http import Reply

from . import waiting


class AsyncConnection:
    """One hub. Every call may be repeated: the hub's API answers the same request the same way."""

    def __init__(
        self,
        url: str,
        tls_ca: str = "",
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._sleep = sleep or waiting.sleep
        # Proxies and passwords from the environment are not taken: a program that signs talks to its hub directly.
        self._client = httpx2.AsyncClient(
            base_url=url,
            verify=http.tls(tls_ca),
            transport=transport,
            timeout=http.TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers=http.HEADERS,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        token: str | None = None,
        most: int = http.SMALL_ANSWER,
    ) -> Answer:
        """The answer to one request, of `most` bytes; `content` goes out as it is, `body` as JSON.

        Raises HubUnreachable, HubRefused or HubAnswerError.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        request = self._client.build_request(method, path, json=body, content=content, params=params, headers=headers)
        return http.answer_of(await self._patiently(request, most))

    async def fetch(self, path: str, most: int) -> bytes:
        """A public file of at most so many bytes. Raises HubUnreachable, HubRefused or HubAnswerError."""
        reply = await self._patiently(self._client.build_request("GET", path), most)
        if reply.status != 200:
            raise HubAnswerError(f"HTTP {reply.status} for a file")
        return reply.data

    async def stream(
        self, path: str, *, start: int = 0, params: Mapping[str, str | int] | None = None, token: str | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes of a file from `start` on, as they come.

        Raises HubUnreachable where the line breaks (what came counts: go on behind it), HubRefused or HubAnswerError.
        """
        headers = {"Accept": "application/octet-stream"} | ({"Authorization": f"Bearer {token}"} if token else {})
        if start:
            headers["Range"] = f"bytes={start}-"
        request = self._client.build_request("GET", path, params=params, headers=headers)
        try:
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code != (206 if start else 200):
                    http.answer_of(await _whole(response, http.SMALL_ANSWER))
                    raise HubAnswerError(f"HTTP {response.status_code} for a file")
                async for chunk in response.aiter_raw():
                    yield chunk
            finally:
                await response.aclose()
        except httpx2.TransportError as error:
            http.refuse_bad_tls(error)
            raise HubUnreachable from error

    async def rest(self, attempt: int) -> None:
        """Wait before the next attempt."""
        await self._sleep(http.pause(attempt))

    async def _patiently(self, request: httpx2.Request, most: int) -> Reply:
        """The first answer that does not say "later"."""
        wished = 0
        for attempt in range(http.ATTEMPTS):
            try:
                reply = await self._once(request, most)
            except httpx2.TransportError as error:
                http.refuse_bad_tls(error)
                reply = None
            if reply and reply.status not in http.LATER:
                return reply
            wished = http.wish(reply.hint) if reply else 0
            if attempt + 1 == http.ATTEMPTS or (reply and reply.status == 429 and wished > http.LONGEST_PAUSE):
                break  # whoever is over his measure does not ask again before his time
            await self._sleep(http.pause(attempt, wished))
        raise HubUnreachable(retry_after=wished)

    async def _once(self, request: httpx2.Request, most: int) -> Reply:
        response = await self._client.send(request, stream=True)
        try:
            return await _whole(response, most)
        finally:
            await response.aclose()


async def _whole(response: httpx2.Response, most: int) -> Reply:
    deadline, data = time.monotonic() + http.LONGEST_ANSWER, bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > most:
            raise http.too_long(most)
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the answer takes too long", request=response.request)
    return Reply(response.status_code, response.headers.get("Retry-After", ""), bytes(data))
