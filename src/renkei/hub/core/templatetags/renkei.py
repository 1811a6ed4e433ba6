"""What every page says: whose hub it is, how large the type is, dates in words."""

from __future__ import annotations

import functools
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders

from renkei.hub.core.models import Notice
from renkei.hub.core.notices import current as current_notices
from renkei.hub.core.views import TEXT_SIZES, text_size_of
from renkei.hub.core.words import moment_words, size_words
from renkei.standard.showing import words

register = template.Library()
for _words in (
    words.month_words,
    words.plain_month,
    words.date_words,
    words.day_words,
    moment_words,
    size_words,
    words.wide_kana,
):
    register.filter(_words.__name__, _words)


@register.filter
def grouped(number: int) -> str:
    """A number as people compare it.

    >>> grouped(49393)
    '49,393'
    """
    return f"{number:,}"


@register.filter
def on_page(remedy: str) -> str:
    """A remedy for whoever has a page and no command before them.

    >>> on_page("`renkei repair` で直せます。")
    'このページのボタンで直せます。'
    """
    return remedy.replace("`renkei repair` ", "このページのボタン").replace("`renkei repair`", "このページのボタン")


# Other people's work, fetched at set-up; where it is absent the pages use the system's fonts and their own colours.
_VENDOR_STYLES = (
    "vendor/design-tokens/tokens.css",
    "vendor/biz-udpgothic/400.css",
    "vendor/biz-udpgothic/700.css",
)


@register.simple_tag
def hub_name() -> str:
    """The name that the operator gave this hub."""
    return str(settings.HUB_NAME)


@register.simple_tag
def contact() -> str:
    """How to reach the operator, in the operator's words; empty where they said nothing."""
    return str(settings.RENKEI["CONTACT"])


@register.simple_tag
def notices() -> tuple[Notice, ...]:
    """What the operator has to say to everybody now."""
    return current_notices()


@register.simple_tag
def vendor_styles() -> tuple[str, ...]:
    """The style sheets of others that are here."""
    return _present_styles()


@register.simple_tag(takes_context=True)
def text_size(context: dict[str, Any]) -> str:
    """The size of type that this browser asked for."""
    request = context.get("request")
    return text_size_of(request) if request else TEXT_SIZES[0].name


@register.simple_tag
def text_sizes() -> tuple[Any, ...]:
    """The sizes to choose from."""
    return TEXT_SIZES


@functools.cache
def _present_styles() -> tuple[str, ...]:
    return tuple(path for path in _VENDOR_STYLES if finders.find(path))
