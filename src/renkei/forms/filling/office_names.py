"""What offices are called, wherever the standard's files say it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.standard.comparing.papers import Paper

_SERVICE = ("service_office_number", "service_office_name")
_PLANS = {"UP1KYO": ("care_management_office_number", "care_management_office_name"), "UP2KYO": _SERVICE}
_SLIPS = dict.fromkeys(("UPPLAN", "UPSIKYU", "UPJSK"), _SERVICE)


class OfficeNames:
    """Names by number, gathered file by file: the newest counts, and what a slip or 実績 says before what a plan says.

    >>> OfficeNames().by_number()
    {}
    """

    def __init__(self, papers: Iterable[Paper] = ()) -> None:
        self._newest: dict[tuple[bool, str], tuple[str, str]] = {}  # sequence number and name
        for paper in papers:
            self.add(paper)

    def add(self, paper: Paper) -> None:
        """What one more file says."""
        for kinds in (_PLANS, _SLIPS):
            if paper.kind not in kinds:
                continue
            number, name = kinds[paper.kind]
            told = {row[number]: row[name] for row in paper.rows if row[number] and row[name]}
            for office, called in told.items():
                key, new = (kinds is _SLIPS, office), (paper.name.sequence, called)
                self._newest[key] = max(self._newest.get(key, new), new)

    def by_number(self) -> dict[str, str]:
        """All of them."""
        return {office: name for (_, office), (_, name) in sorted(self._newest.items())}
