"""JSON objects from the hub, read strictly: what is not as the API says is not believed."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import HubAnswerError

LONGEST_SENTENCE = 500  # characters


@dataclass(frozen=True)
class SignedBytes:
    """A receipt's bytes and the signature over them."""

    body: bytes
    signature: bytes


def b64(data: bytes) -> str:
    """Standard base64, as the API carries bytes."""
    return base64.b64encode(data).decode("ascii")


class Answer:
    """A JSON object; every reader raises HubAnswerError when the item is missing or not of the kind asked for."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise HubAnswerError(f"{where} is not an object")
        self._value: dict[str, Any] = value
        self._where = where

    def text(self, key: str, pattern: re.Pattern[str] | None = None, most: int = LONGEST_SENTENCE) -> str:
        value = self._value.get(key)
        if not isinstance(value, str) or len(value) > most or (pattern and not pattern.fullmatch(value)):
            raise self._wrong(key)
        return value

    def number(self, key: str, least: int = 0) -> int:
        value = self._value.get(key)
        if type(value) is not int or not least <= value < 2**63:
            raise self._wrong(key)
        return value

    def time(self, key: str) -> datetime:
        """A time with its zone."""
        try:
            value = datetime.fromisoformat(self.text(key, most=40))
        except ValueError as error:
            raise self._wrong(key) from error
        if value.tzinfo is None:
            raise self._wrong(key)
        return value

    def flag(self, key: str) -> bool:
        value = self._value.get(key)
        if not isinstance(value, bool):
            raise self._wrong(key)
        return value

    def part(self, key: str) -> Answer:
        return Answer(self._value.get(key), f"{self._where}.{key}")

    def parts(self, key: str, most: int) -> list[Answer]:
        return [Answer(item, f"{self._where}.{key}[]") for item in self._list(key, most)]

    def texts(self, key: str, pattern: re.Pattern[str], most: int) -> tuple[str, ...]:
        items = self._list(key, most)
        if not all(isinstance(item, str) and pattern.fullmatch(item) for item in items):
            raise self._wrong(key)
        return tuple(items)

    def pairs(self, key: str, most: int) -> tuple[tuple[int, int], ...]:
        items = self._list(key, most)
        if not all(isinstance(item, list) and [type(number) for number in item] == [int, int] for item in items):
            raise self._wrong(key)
        return tuple((first, last) for first, last in items)

    def items(self, key: str) -> dict[str, Any]:
        value = self._value.get(key)
        if not isinstance(value, dict):
            raise self._wrong(key)
        return value

    def has(self, key: str) -> bool:
        return self._value.get(key) is not None

    def data(self, key: str) -> bytes:
        return self._decoded(key, self._value.get(key))

    def datas(self, key: str) -> dict[str, bytes]:
        return {name: self._decoded(key, value) for name, value in self.items(key).items()}

    def signed(self, key: str) -> SignedBytes:
        part = self.part(key)
        return SignedBytes(part.data("body"), part.data("signature"))

    def _list(self, key: str, most: int) -> list[Any]:
        value = self._value.get(key)
        if not isinstance(value, list) or len(value) > most:
            raise self._wrong(key)
        return value

    def _decoded(self, key: str, value: object) -> bytes:
        try:
            return base64.b64decode(value, validate=True)  # type: ignore[arg-type]
        except (binascii.Error, ValueError, TypeError) as error:
            raise self._wrong(key) from error

    def _wrong(self, key: str) -> HubAnswerError:
        return HubAnswerError(f"{self._where}.{key} is missing or wrong")
