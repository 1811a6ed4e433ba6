"""Running the hub: gunicorn with threads in one process; the sealer, the workers and the operators' door beside them."""

from __future__ import annotations

import gc
import resource
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from renkei.hub.config import tls
from renkei.hub.core import stamping
from renkei.hub.core.jobs import Worker
from renkei.hub.core.sealer import Sealer

_MOST_FILES = 4096
_OWN_FILES = 300  # databases, large bodies on their way, logs


class Hub(BaseApplication):  # type: ignore[misc]
    """One gunicorn with one worker: on SQLite every writer must live in one process."""

    def load_config(self) -> None:
        values: dict[str, Any] = settings.RENKEI
        chosen = {
            "bind": values["BIND"],
            "workers": 1,
            "worker_class": "renkei.hub.config.worker.Worker",
            "threads": values["THREADS"],
            "worker_connections": _connections(),
            "timeout": 60,  # of silence, after which the process counts as stuck; no bound on one request
            "graceful_timeout": 15,
            "keepalive": 15,
            "limit_request_line": 4094,
            "umask": 0o007,  # whoever may open the Unix socket counts as the proxy
            # `core.fronting` alone decides whose word on addresses, scheme and certificates counts.
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "limit_request_fields": 60,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  (gunicorn's heartbeat)
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "post_worker_init": _start_threads,
            "worker_exit": _stop_threads,
        }
        if values["TLS_CERT"]:
            chosen |= {"certfile": values["TLS_CERT"], "keyfile": values["TLS_KEY"], "ssl_context": tls.context}
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker, after the fork: all of it now, not at the first request."""
        # What is loaded stays: to look through it for garbage on the way takes a fifth of the time.
        gc.disable()
        try:
            from renkei.hub.config.wsgi import application

            import_module("renkei.hub.config.urls")
            return application
        finally:
            gc.freeze()
            gc.enable()


def _connections() -> int:
    """How many clients may be connected at a time: each is an open file, and without one left the hub would fall."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = max(soft, min(hard, _MOST_FILES)) if hard != resource.RLIM_INFINITY else max(soft, _MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(min(files, _MOST_FILES) - _OWN_FILES, 100)


def _start_threads(worker: Any) -> None:
    from renkei.hub.config.operating import Operators
    from renkei.hub.core import partitions
    from renkei.hub.core.bodies import keeping
    from renkei.hub.exchange.webhooks.caller import Caller

    partitions.keep_ahead()
    keeping.void_unfinished()
    values = settings.RENKEI
    worker.threads = [Sealer(values["SEAL_SECONDS"]), Worker(values["JOB_SECONDS"]), Operators(settings.DATA)]
    worker.threads.append(Caller(values["JOB_SECONDS"]))
    if stamping.is_on():
        worker.threads.append(stamping.Stamper(values["TSA_SECONDS"]))
    for thread in worker.threads:
        thread.start()


def _stop_threads(_server: Any, worker: Any) -> None:
    for thread in getattr(worker, "threads", []):
        thread.stop()
