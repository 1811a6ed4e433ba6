"""Makes `renkei.client._sync` of `renkei.client._async`; with --check only says whether it is up to date."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[1] / "src/renkei/client"
BY_HAND = ("waiting.py",)
NOTE = '"""Made from `renkei.client._async` by `make docs`: change it there."""\n\n'
# What the words of the one half are in the other.
WORDS = (
    (r"\basync def\b", "def"),
    (r"\basync (with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[None\]", "None"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\bAsyncBaseTransport\b", "BaseTransport"),
    (r"\ba(iter_raw|close)\b", r"\1"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\b_async\b", "_sync"),
)


def main() -> int:
    """0 when every module is up to date (now), 1 when one was not and --check was given."""
    parser = argparse.ArgumentParser(description="同期の SDK を、非同期のものから作ります。")
    parser.add_argument("--check", action="store_true", help="書かずに、古いものがあるかを調べます")
    check = parser.parse_args().check
    made = {
        path.name: translated(path.read_text(encoding="utf-8")) for path in sorted((CLIENT / "_async").glob("*.py"))
    }
    old = [name for name, text in made.items() if name not in BY_HAND and refresh(CLIENT / "_sync" / name, text, check)]
    if check and old:
        print(f"古くなっています: {' '.join(old)}。make docs で作りなおしてください。", file=sys.stderr)
        return 1
    return 0


def translated(text: str) -> str:
    """The module without waiting, as ruff writes it."""
    for pattern, word in WORDS:
        text = re.sub(pattern, word, text)
    text = NOTE + text.partition('"""\n\n')[2]
    for step in (["check", "--quiet", "--fix", "--unsafe-fixes", "--select", "I,F401,UP028"], ["format"]):
        command = [sys.executable, "-m", "ruff", *step, "--stdin-filename", str(CLIENT / "_sync/made.py"), "-"]
        text = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True).stdout
    return text


def refresh(path: Path, text: str, check: bool) -> bool:
    """Whether the file differs from the text; it is brought up to date unless only checked."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    if not check:
        path.write_text(text, encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main())
