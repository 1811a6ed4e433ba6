"""試験値を確かめます。自分のプログラムが作ったものを同じ名前で置いたフォルダも、同じように確かめられます。

    python3 check.py            # このフォルダ
    python3 check.py my-folder  # 自分で作ったもの(ないファイルは飛ばします)

使うのは Python 3.9 以上の標準の部品と openssl だけです。Renkei の部品は使いません。
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Signed text, and the name in the certificate of who must have signed it.
SIGNED = {
    "manifest.json": "office:1379100017",
    "receipt.json": "hub:vector-hub",
    "recipient-receipt.json": "office:1379300013",
    "challenge.txt": "office:1379100017",
    "attachment-manifest.json": "office:1379100017",
    "attachment-receipt.json": "hub:vector-hub",
}
UNITS = {"manifest.json": "salts.json", "attachment-manifest.json": "attachment-salts.json"}
RECEIPTS = {
    "receipt.json": "manifest.json",
    "recipient-receipt.json": "manifest.json",
    "attachment-receipt.json": "attachment-manifest.json",
}


class Checker:
    """One folder; `wrong` counts what was not right."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wrong = folder, 0

    def say(self, is_right: bool, what: str) -> None:
        self.wrong += not is_right
        print("正しい" if is_right else "ちがう", what, sep="  ")

    def has(self, *names: str) -> bool:
        return all((self.folder / name).is_file() for name in names)

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def json(self, name: str) -> dict:
        return json.loads(self.read(name))

    def content(self, name: str) -> bytes:
        """A file of one of the units; those of the vectors where the folder has none."""
        places = [root / part / name for root in (self.folder, HERE) for part in ("files", "attached", ".")]
        return next(path for path in places if path.is_file()).read_bytes()

    def commitment(self, name: str, salt: str) -> tuple[int, str]:
        data = self.content(name)
        return len(data), hashlib.sha256(bytes.fromhex(salt) + data).hexdigest()

    def unit(self, manifest: str, salts: str) -> None:
        known = self.json(salts)
        for entry in self.json(manifest)["files"]:
            is_right = (entry["size"], entry["commitment"]) == self.commitment(entry["name"], known[entry["name"]])
            self.say(is_right, f"{manifest}: {entry['name']} の大きさと約束値")

    def receipt(self, name: str, manifest: str) -> None:
        said = self.json(name)
        self.say(said["manifest"] == hashlib.sha256(self.read(manifest)).hexdigest(), f"{name}: {manifest} のこと")
        for copy in said.get("copies", []):
            salt = self.json("attachment-salts.json")[copy["name"]]
            self.say(
                (copy["size"], copy["commitment"]) == self.commitment(copy["name"], salt), f"{name}: {copy['name']}"
            )

    def signature(self, name: str, signer: str) -> None:
        self.say(self._verifies(self.read(name), name, signer), f"{name}: 署名({signer})")
        altered = bytearray(self.read(name))
        altered[len(altered) // 2] ^= 1
        self.say(not self._verifies(bytes(altered), name, signer), f"{name}: 1ビットちがえば断る")

    def _verifies(self, data: bytes, name: str, signer: str) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "data").write_bytes(data)
            (place / "authorities").write_bytes((HERE / "root.pem").read_bytes() + (HERE / "issuing.pem").read_bytes())
            signature = (self.folder / name).with_suffix(".p7s")
            given = ["-in", signature, "-content", "data", "-CAfile", "authorities", "-signer", "signer", "-out", "out"]
            verify = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", *given]
            if subprocess.run(verify, cwd=folder, capture_output=True, check=False).returncode:
                return False
            show = ["openssl", "x509", "-in", "signer", "-noout", "-ext", "subjectAltName"]
            said = subprocess.run(show, cwd=folder, capture_output=True, text=True, check=True).stdout
        return f"URI:urn:renkei:{signer}" in said.split()

    def upload(self) -> None:
        said = self.json("upload.json")
        self.say((said["size"], said["commitment"]) == self.commitment("01.pdf", said["salt"]), "upload.json: 約束値")

    def webhook(self) -> None:
        said = self.json("webhook.json")
        secret = base64.b64decode(said["secret"].removeprefix("whsec_"))
        signed = f"{said['id']}.{said['timestamp']}.{said['body']}".encode()
        expected = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        self.say(hmac.compare_digest(expected, said["signature"]), "webhook.json: 署名")


def main() -> int:
    """0 when all is right."""
    checker = Checker(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
    for manifest, salts in UNITS.items():
        if checker.has(manifest, salts):
            checker.unit(manifest, salts)
    for name, manifest in RECEIPTS.items():
        if checker.has(name, manifest):
            checker.receipt(name, manifest)
    for name, signer in SIGNED.items():
        if checker.has(name, Path(name).with_suffix(".p7s").name):
            checker.signature(name, signer)
    if checker.has("upload.json"):
        checker.upload()
    if checker.has("webhook.json"):
        checker.webhook()
    print(f"ちがうもの {checker.wrong} 件")
    return int(checker.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
