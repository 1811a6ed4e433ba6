"""Logs for machines: one JSON object a line, ids only, never a person."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog


def configure(level: str) -> None:
    """Send structlog's and the libraries' records to standard error as JSON lines."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    lines, as_json = _Lines(), structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        # Straight to the stream: by way of `logging` each line, and there is one for each request, would cost three times
        # as much.
        processors=[*shared, as_json],
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, lines)),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Django logs the path of a refused request, and a path may be typed by a person: our own request log says enough.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)


class _Lines:
    """Standard error, whichever it is at that moment."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _without_values(
    _logger: structlog.types.WrappedLogger, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Keep of an exception its type and place alone: texts and local values may hold a person's data."""
    information = event.pop("exc_info", None)
    if information is True:
        information = sys.exc_info()
    error = information[1] if isinstance(information, tuple) else information
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["place"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    return event
