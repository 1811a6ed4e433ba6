"""The words that go with a step: findings, a request and its answer. Bytes with a salt, bound by the signed receipt.

They may quote a person's data, so they are stored like any body, each side with its own copy, and reading them is a look.
"""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from pydantic import Field, TypeAdapter, ValidationError

from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.rules import HAS_FINDINGS, MAY_HAVE_WORDS, NEEDS_WORDS, Step
from renkei.hub.exchange.schemas import FindingIn
from renkei.trust.manifest import SALT_BYTES
from renkei.trust.words import Words

# Every field of a finding full, each character as JSON's longest escape.
_FINDING_BYTES = 24_000
_FINDINGS = TypeAdapter(Annotated[list[FindingIn], Field(fail_fast=True)])


def prepare(words: Words) -> Prepared:
    """Sealed, to be stored with the step."""
    return bodies.prepare([words.salt, words.data])


def stored(data: bytes) -> Words:
    """Out of what `prepare` stored."""
    return Words(data[:SALT_BYTES], data[SALT_BYTES:])


def of_text(text: str) -> Words | None:
    """What a person wrote; None of nothing."""
    # A browser sends two characters for each new line that its user counts as one.
    text = text.replace("\r\n", "\n").strip()
    return Words.of(text) if text else None


def checked(step: Step, words: Words | None) -> Words | None:
    """Words that may go with this step. Raises Refused (400, 413, 422)."""
    if words is None:
        if step in NEEDS_WORDS:
            raise _no_words()
        return None
    if step not in MAY_HAVE_WORDS:
        raise Refused(422, "E-STATE-WORDS", "この知らせには、言葉をつけられません。", "言葉を外して送ってください。")
    if step in HAS_FINDINGS:
        _check_findings(words)
        return words
    limit = settings.RENKEI["LIMIT_WORDS_CHARACTERS"]
    try:
        length = len(words.data.decode())
    except UnicodeDecodeError as error:
        raise Refused(400, "E-STATE-WORDS", "言葉を読めません。", "UTF-8 で送ってください。") from error
    if length > limit:
        raise Refused(413, "E-LIMIT", f"言葉は {limit} 文字までです。", "短くしてください。")
    if step in NEEDS_WORDS and not words.data.decode().strip():
        raise _no_words()
    return words


def _no_words() -> Refused:
    return Refused(422, "E-STATE-WORDS", "わけが書かれていません。", "短い言葉で書いてください。")


def _check_findings(words: Words) -> None:
    limit = settings.RENKEI["LIMIT_FINDINGS"]
    # Before it is read: an explanation of fifty megabytes of findings would cost the hub its memory.
    too_many = Refused(413, "E-LIMIT", f"一度に送れる指摘は {limit} 件までです。", "減らしてください。")
    if len(words.data) > limit * _FINDING_BYTES:
        raise too_many
    try:
        found = _FINDINGS.validate_json(words.data)
    except ValidationError as error:
        raise Refused(
            400, "E-STATE-WORDS", "指摘の一覧を読めません。", "API の説明にある形の JSON で送ってください。"
        ) from error
    if len(found) > limit:
        raise too_many
