"""MS932 as Windows writes it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.standard.cp932 import CharacterError, decode, encode, windows_bytes


def every_pair() -> list[bytes]:
    leads = [*range(0x81, 0xA0), *range(0xE0, 0xFD)]
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFD)]
    return [bytes((lead, trail)) for lead in leads for trail in trails]


def test_names_with_rare_characters_get_the_bytes_of_windows():
    assert encode("髙") == b"\xfb\xfc"
    assert encode("﨑") == b"\xfa\xb1"
    assert encode("ⅰ㈱①") == b"\xfa\x40\x87\x8a\x87\x40"
    assert encode("￤") == b"\xfa\x55"


def test_373_characters_differ_from_the_codec_of_python():
    differing = [c for c in map(chr, range(0x80, 0xFFFF)) if not 0xD800 <= ord(c) < 0xE000 and _differs(c)]
    assert len(differing) == len(windows_bytes()) == 373


def _differs(character: str) -> bool:
    try:
        return encode(character) != character.encode("cp932")
    except (UnicodeEncodeError, CharacterError):
        return False


def test_both_byte_forms_of_a_name_are_read():
    assert decode(b"\xfb\xfc") == decode(b"\xee\xe0") == "髙"


def test_1880_private_use_codes_are_refused_and_no_other_pair_that_the_codec_reads():
    refused = []
    for pair in every_pair():
        try:
            pair.decode("cp932")
        except UnicodeDecodeError:
            continue
        if not _readable(pair):
            refused.append(pair)
    assert len(refused) == 1880
    assert {pair[0] for pair in refused} == set(range(0xF0, 0xFA))
    with pytest.raises(CharacterError) as caught:
        decode(b"ab" + refused[0])
    assert (caught.value.offset, caught.value.characters) == (2, "f040")


@pytest.mark.parametrize("byte", [0x00, 0x80, 0xA0, 0xFD, 0xFE, 0xFF])
def test_stray_bytes_are_refused_with_their_place(byte: int):
    with pytest.raises(CharacterError) as caught:
        decode("髙い".encode("cp932") + bytes([byte]))
    assert caught.value.offset == 4
    assert caught.value.characters == f"{byte:02x}"


def test_half_a_character_at_the_end_is_refused():
    with pytest.raises(CharacterError) as caught:
        decode(b"abc\x81")
    assert caught.value.offset == 3


@pytest.mark.parametrize("character", [*"¢£¬‖−〜", "—", "𠮷", "é", "\0", "\ue000", "\uf8f0", "\ud800"])
def test_a_character_that_would_not_come_back_is_refused_with_its_place(character: str):
    with pytest.raises(CharacterError) as caught:
        encode(f"髙い{character}")
    assert (caught.value.offset, caught.value.characters) == (2, character)
    assert character not in str(caught.value) or character == "\0"


@given(st.binary())
def test_what_is_read_is_written_to_bytes_that_read_the_same(data: bytes):
    try:
        text = decode(data)
    except CharacterError:
        return
    assert decode(encode(text)) == text


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv が見つかりません")
def test_iconv_writes_the_same_bytes():
    text = "".join(sorted(set("".join(_readable(pair) for pair in every_pair()))))
    run = subprocess.run(["iconv", "-f", "UTF-8", "-t", "CP932"], input=text.encode(), capture_output=True, check=True)
    assert run.stdout == encode(text)


def _readable(pair: bytes) -> str:
    try:
        return decode(pair)
    except CharacterError:
        return ""
