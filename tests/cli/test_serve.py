"""`renkei serve` and `renkei hub`, before anything runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust.authority import Authority


@pytest.fixture(scope="module")
def new_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "hub"
    done = _renkei("hub", "init", "--data", str(folder), "--id", "renkei-machi", "--name", "町のハブ")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(new_hub: Path, tmp_path: Path) -> Path:
    """A hub of this test's own."""
    return Path(shutil.copytree(new_hub, tmp_path / "hub"))


def test_a_hub_without_its_certificate_is_told_where_it_comes_from(data: Path) -> None:
    done = _renkei("serve", "--data", str(data))
    assert done.returncode == 2
    assert "renkei hub certificate で入れてください" in done.stderr


def test_a_taken_port_is_told_in_japanese_and_no_hub_is_said_to_run(data: Path) -> None:
    authority = Authority.create(data / "authority", "町の認証局")
    request = x509.load_pem_x509_csr((data / "keys" / "receipt.csr.pem").read_bytes())
    certificate = authority.issue_hub(request, "renkei-machi").public_bytes(Encoding.PEM)
    (data / "keys" / "receipt.pem").write_bytes(certificate)
    with socket.create_server(("127.0.0.1", 0)) as other:
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        done = _renkei("serve", "--data", str(data), "--bind", bind)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"{bind} は、ほかのプログラム" in done.stderr and "in use" not in done.stderr


def test_no_password_is_shown_for_an_office_that_is_not_registered(data: Path) -> None:
    done = _renkei("hub", "staff", "--data", str(data), "--office", "1379300099", "--login", "a", "--name", "佐藤")
    assert done.returncode == 2
    assert "パスワード" not in done.stdout and "登録されていません" in done.stderr


@pytest.mark.parametrize("content", ['{"id": "renkei-machi", "name": "町のハブ"}', '{"id":'])
def test_a_hub_of_an_older_or_torn_form_is_told_in_words(data: Path, content: str) -> None:
    (data / "hub.json").write_text(content, encoding="utf-8")
    done = _renkei("serve", "--data", str(data))
    assert done.returncode == 2
    assert "hub.json を読めません" in done.stderr and "うまくいきませんでした" not in done.stderr


def test_a_folder_that_is_no_hubs_is_named(tmp_path: Path) -> None:
    done = _renkei("hub", "staff", "--data", str(tmp_path), "--office", "1379300099", "--login", "a", "--name", "佐藤")
    assert done.returncode == 2
    assert f"{tmp_path} はハブのデータのフォルダではありません" in done.stderr


def _renkei(*arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("RENKEI_", "DJANGO_"))}
    command = [sys.executable, "-m", "renkei", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=settings)
