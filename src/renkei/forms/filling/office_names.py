"""What offices are called, wherever the standard's files say it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.standard.comparing.papers import Paper, office_names

# Where plans name an office, beside its number.
_PLANS = {
    "UP1KYO": ("care_management_office_number", "care_management_office_name"),
    "UP2KYO": ("service_office_number", "service_office_name"),
}


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
        is_slip = paper.kind not in _PLANS
        for office, called in (office_names([paper]) if is_slip else _in_plan(paper)).items():
            if office:
                key, new = (is_slip, office), (paper.name.sequence, called)
                self._newest[key] = max(self._newest.get(key, new), new)

    def by_number(self) -> dict[str, str]:
        """All of them."""
        return {office: name for (_, office), (_, name) in sorted(self._newest.items())}


def _in_plan(paper: Paper) -> dict[str, str]:
    number, name = _PLANS[paper.kind]
    return {row[number]: row[name] for row in paper.rows if row[name]}
