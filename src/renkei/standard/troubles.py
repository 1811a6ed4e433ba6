"""What a person is told when the operating system refuses; its own words are English."""

from __future__ import annotations

import errno

_REASONS = {
    errno.EACCES: "開く権限がありません",
    errno.EPERM: "権限がありません",
    errno.ENOENT: "見つかりません",
    errno.ENOSPC: "ディスクに空きがありません",
    errno.EROFS: "書きこめないディスクです",
    errno.ENOTDIR: "フォルダではありません",
    errno.EISDIR: "ファイルではなくフォルダです",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EIO: "ディスクを読み書きできません",
}


def reason(error: OSError) -> str:
    """A few words; the system's number where there are none.

    >>> reason(FileNotFoundError(2, "No such file or directory"))
    '見つかりません'
    """
    return _REASONS.get(error.errno or 0, f"エラー番号 {error.errno}")
