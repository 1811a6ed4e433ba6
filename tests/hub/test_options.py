"""Settings: every wrong value and combination is refused with words."""

from __future__ import annotations

from pathlib import Path

import pytest

from renkei.hub.config import combinations, options


def test_defaults_are_fine() -> None:
    assert combinations.problems(options.read({})) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"RENKEI_TOKEN_MINUTES": "soon"},
        {"RENKEI_TOKEN_MINUTES": "0"},
        {"RENKEI_TSA_STOP_HOURS": "-1"},
        {"RENKEI_LICENCES": "sometimes"},
        {"RENKEI_PROXY_CERTIFICATE": "X-Anything"},
        {"RENKEI_TOKEN_MINUTE": "5"},
        {"RENKEI_SECOND_FACTOR": "never"},
        {"RENKEI_MAIL_URL": "http://mail.example.jp"},
        {"RENKEI_MAIL_URL": "smtp://"},
        {"RENKEI_BLOBS": "s3://bodies"},
        {"RENKEI_BLOBS_ENDPOINT": "http://objects.example"},
        {"RENKEI_DATABASE_URL_FILE": "/nowhere/at/all"},
        {"RENKEI_SERVICES": "/nowhere/at/all"},
        {"RENKEI_SERVICES": __file__},
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(options.BadOption, match=next(iter(environment))):
        options.read(environment)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"RENKEI_BIND": "0.0.0.0:8000"}, "TLS が必要"),
        ({"RENKEI_BIND": "[::]:8000"}, "TLS が必要"),
        ({"RENKEI_LIMIT_UNIT_FILES": "201"}, "200 以下"),
        ({"RENKEI_LIMIT_REQUESTS": "101"}, "100 以下"),
        ({"RENKEI_ATTACH_SECONDS": "121"}, "120 以下"),
        ({"RENKEI_BIND": "nonsense"}, "127.0.0.1:8000 のように"),
        ({"RENKEI_BIND": "127.0.0.1:99999"}, "127.0.0.1:8000 のように"),
        ({"RENKEI_TLS_CERT": "c.pem"}, "証明書と鍵は両方"),
        ({"RENKEI_BIND": "unix:/run/hub.sock"}, "RENKEI_PROXY=unix:/run/hub.sock"),
        ({"RENKEI_PROXY": "unix:/run/hub.sock"}, "RENKEI_BIND と同じ"),
        ({"RENKEI_PROXY": "10.0.0.5,proxy.example.jp"}, "proxy.example.jp は使えません"),
        ({"RENKEI_MAIL_URL": "smtp://mail.example.jp"}, "RENKEI_MAIL_FROM"),
        ({"RENKEI_LOCK_MINUTES": "61"}, "RENKEI_SESSION_MINUTES 以下"),
        ({"RENKEI_DATABASE_URL": "mysql://x/y"}, "postgresql://"),
        ({"RENKEI_DATABASE_OWNER_URL": "postgresql://x/y"}, "PostgreSQL のときだけ"),
        ({"RENKEI_TSA_URL": "https://tsa.example"}, "両方を指定"),
        ({"RENKEI_TSA_URL": "ftp://tsa.example", "RENKEI_TSA_CA": __file__}, "https:// か"),
        ({"RENKEI_TSA_URL": "https://tsa.example", "RENKEI_TSA_CA": "/nowhere/at/all"}, "ファイルがありません"),
        ({"RENKEI_BLOBS": "s3://bodies/hub", "RENKEI_BLOBS_KEY": "k"}, "RENKEI_BLOBS_SECRET"),
        ({"RENKEI_TSA_STOP_HOURS": "24"}, "より長く"),
        ({"RENKEI_LIMIT_FILE_BYTES": "2", "RENKEI_LIMIT_UNIT_BYTES": "1"}, "以下にしてください"),
    ],
)
def test_a_combination_that_must_not_run_is_said(environment: dict[str, str], words: str) -> None:
    found = combinations.problems(options.read(environment))
    assert len(found) == 1 and words in found[0]


def test_beyond_this_machine_with_tls_is_fine() -> None:
    environment = {"RENKEI_BIND": "0.0.0.0:8443", "RENKEI_TLS_CERT": "c.pem", "RENKEI_TLS_KEY": "k.pem"}
    assert combinations.problems(options.read(environment)) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"RENKEI_BIND": "unix:/run/hub.sock", "RENKEI_PROXY": "unix:/run/hub.sock"},
        {"RENKEI_PROXY": "127.0.0.1,2001:db8::7"},
    ],
)
def test_behind_a_proxy_that_is_named_is_fine(environment: dict[str, str]) -> None:
    assert combinations.problems(options.read(environment)) == []


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://u:p@h/d\n", encoding="utf-8")
    value = options.read({"RENKEI_DATABASE_URL_FILE": str(file)})["DATABASE_URL"]
    assert (value.value, value.source) == ("postgresql://u:p@h/d", "RENKEI_DATABASE_URL_FILE")


@pytest.mark.parametrize(
    ("environment", "required"),
    [
        ({}, False),
        ({"RENKEI_SECOND_FACTOR": "required"}, True),
        ({"RENKEI_TLS_CERT": "c.pem", "RENKEI_TLS_KEY": "k.pem"}, True),
        ({"RENKEI_TLS_CERT": "c.pem", "RENKEI_TLS_KEY": "k.pem", "RENKEI_SECOND_FACTOR": "offered"}, False),
        ({"RENKEI_ALLOWED_HOSTS": "hub.example.jp,localhost"}, True),
        ({"RENKEI_PROXY": "127.0.0.1"}, True),
    ],
)
def test_a_second_factor_is_required_unless_the_hub_is_for_this_machine_alone(
    environment: dict[str, str], required: bool
) -> None:
    assert combinations.requires_second_factor(options.read(environment)) is required
