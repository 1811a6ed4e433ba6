"""The bucket of the large bodies: asked before the hub starts, filled when a hub is restored."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from renkei.hub.config import archives
from renkei.hub.config.options import BadOption
from renkei.hub.core.bodies import bucket
from renkei.hub.core.bodies.blobs import BlobStore, StoreGone

_WRONG = 2
_PIECE_BYTES = 1024 * 1024


def is_usable(chosen: bucket.Bucket, hub: str, epoch: str, data: Path) -> bool:
    """Whether a hub may start with this bucket; what is wrong with it goes to standard error, in Japanese.

    A store that does not answer is only told: it may come back while the hub runs. The question is asked in a child,
    because the library's threads would not live through the fork that gunicorn makes.
    """
    if left := left_in_folder(data):
        print(left, file=sys.stderr)
        return False
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_asked(chosen, hub, epoch))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != _WRONG


def _asked(chosen: bucket.Bucket, hub: str, epoch: str) -> int:
    from renkei.hub.core.bodies.objects import BucketStore, NotOurs

    try:
        BucketStore(chosen).take(hub, epoch)
    except NotOurs as error:
        print(error, file=sys.stderr, flush=True)
        return _WRONG
    except StoreGone:
        print(
            "大きな本文の置き場につながりません。そのまま動かします。つながるまで、大きな送信と添付ファイルは扱えません。",
            file=sys.stderr,
            flush=True,
        )
    return 0


def left_in_folder(data: Path) -> str:
    """In Japanese, why a hub with a bucket must not start on a folder that still has bodies; empty when it may."""
    if next(archives.files_below(data / archives.BLOBS), None) is None:
        return ""
    return (
        "データのフォルダの blobs/ に、大きな本文が残っています。RENKEI_BLOBS を空にしたまま控えを取り、"
        "RENKEI_BLOBS を指定して新しいフォルダに戻してください (docs/operate.md の「置き場を替える」)。"
    )


def opened(values: Mapping[str, Any]) -> BlobStore | None:
    """The bucket of the settings; none where large bodies lie in the hub's folder."""
    chosen = bucket.chosen(values)
    if chosen is None:
        return None
    from renkei.hub.core.bodies.objects import BucketStore  # a library that a folder does without

    return BucketStore(chosen)


def fill(folder: Path) -> None:
    """Move the blobs that a backup brought from the new hub's folder into its bucket, where it has one.

    Raises BadOption for a bucket that is none or not free, OSError.
    """
    from django.conf import settings

    from renkei.hub.core.bodies.objects import BucketStore, NotOurs

    chosen = bucket.chosen(settings.RENKEI)
    if chosen is None:
        return
    store = BucketStore(chosen)
    try:
        store.take(settings.HUB_ID, settings.HUB_EPOCH)
    except NotOurs as error:
        raise BadOption(str(error)) from error
    for path in list(archives.files_below(folder / archives.BLOBS)):
        with path.open("rb") as file:
            store.put(path.name, iter(partial(file.read, _PIECE_BYTES), b""))
        path.unlink()
