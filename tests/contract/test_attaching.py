"""Files attached with the SDK and the office program: looked into before they are signed, carried in pieces, verified."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pikepdf
import pytest

from renkei.client import Attachment, Member, Type, Unfit
from renkei.client import Hub as Sdk
from renkei.client.anchors import Anchors
from renkei.client.settings import Settings

from . import papers, world
from .conftest import Hub

pytestmark = pytest.mark.usefixtures("once")
MIB = 1024 * 1024


class Line(httpx2.BaseTransport):
    """The hub in this process; `cut` lets no more than so many bytes of a file through, again and again."""

    def __init__(self) -> None:
        from django.core.wsgi import get_wsgi_application

        self._hub = httpx2.WSGITransport(app=get_wsgi_application())
        self.cut = 0
        self.lose: Callable[[httpx2.Request], bool] = lambda _request: False
        self.calls: list[str] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(f"{request.method} {request.url.path}")
        answer = self._hub.handle_request(request)
        if self.lose(request):
            raise httpx2.ReadError("the line is cut", request=request)
        if self.cut and "/files/" in request.url.path:
            return httpx2.Response(answer.status_code, headers=answer.headers, stream=Torn(answer, self.cut))
        return answer


class Torn(httpx2.SyncByteStream):
    def __init__(self, answer: httpx2.Response, most: int) -> None:
        self._answer, self._most = answer, most

    def __iter__(self) -> Iterator[bytes]:
        data = b"".join(self._answer.stream)  # type: ignore[arg-type]
        yield data[: self._most]
        if len(data) > self._most:
            raise httpx2.ReadError("the line is cut")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr("renkei.client.http.FIRST_PAUSE", 0.0)
    return Line()


@pytest.fixture
def hubs(town: Hub, line: Line) -> list[Sdk]:
    """The hub as each office of the month uses it, the care-management office first."""
    return [Sdk(member(town, office), transport=line) for office in town.offices.values()]


def member(town: Hub, office: world.TestOffice) -> Member:
    from renkei.hub.core.keyring import keyring

    own = Settings("http://127.0.0.1", world.HUB_ID, "試験のハブ", office.number, office.service, office.name)
    anchors = Anchors((town.authority.root,), (town.authority.issuing,))
    return Member(own, office.key, (office.certificate,), anchors, tuple(keyring().receipt_chain[:1]))


def address(hub: Sdk) -> tuple[str, str]:
    return hub.member.settings.office, hub.member.settings.service


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of more than one chunk."""
    path = tmp_path / "月次報告.pdf"
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.Root.Metadata = document.make_stream(os.urandom(3 * MIB))
    document.save(path)
    return path


def test_a_report_goes_to_two_offices_with_one_upload_and_arrives_whole_over_a_bad_line(
    hubs: list[Sdk], line: Line, report: Path, tmp_path: Path
) -> None:
    sender, *others = hubs
    sent = sender.attach([address(one) for one in others[:2]], [Attachment(report, type=Type.MONTHLY_REPORT)])
    assert [one.trouble for one in sent] == [None, None]
    assert line.calls.count("POST /v1/uploads") == 1
    line.cut = MIB
    for place, hub in enumerate(others[:2]):
        (unit,) = hub.collect()
        (part,) = unit.parts
        assert (part.file_name, unit.manifest and unit.manifest.kind) == ("月次報告.pdf", "attachment")
        hub.download(unit, part, tmp_path / str(place))
        assert (tmp_path / str(place)).read_bytes() == report.read_bytes()
        hub.acknowledge(unit)


def test_a_lost_answer_while_bringing_in_costs_what_was_missing_alone(
    hubs: list[Sdk], line: Line, report: Path
) -> None:
    lost = []

    def lose(request: httpx2.Request) -> bool:
        is_first = request.method == "PUT" and not lost
        lost.extend([1] if is_first else [])
        return is_first

    line.lose = lose
    (sent,) = hubs[0].attach([address(hubs[1])], [Attachment(report)])
    assert sent.receipt
    puts = [call for call in line.calls if call.startswith("PUT")]
    assert len(puts) == len(set(puts)) + 1


def test_a_script_in_a_pdf_is_taken_out_before_it_is_signed_and_what_was_is_said(
    hubs: list[Sdk], tmp_path: Path
) -> None:
    path = tmp_path / "計画書.pdf"
    path.write_bytes(papers.pdf(script=True))
    (sent,) = hubs[0].attach([address(hubs[1])], [Attachment(path, type=Type.PLAN)])
    assert sent.removed["計画書.pdf"] and "プログラム" in sent.removed["計画書.pdf"][0]
    (unit,) = hubs[1].collect()
    hubs[1].download(unit, unit.parts[0], tmp_path / "got.pdf")
    assert b"JavaScript" in path.read_bytes() and b"JavaScript" not in (tmp_path / "got.pdf").read_bytes()


def test_what_is_no_pdf_or_broken_stays_with_its_reason(hubs: list[Sdk], line: Line, tmp_path: Path) -> None:
    for name, code in (("報告.txt", "E-ATTACH-KIND"), ("報告.pdf", "E-ATTACH-REFUSED")):
        (tmp_path / name).write_bytes(b"hello")
        with pytest.raises(Unfit, match=code) as raised:
            hubs[0].attach([address(hubs[1])], [Attachment(tmp_path / name)])
        assert code != "E-ATTACH-REFUSED" or [one.code for one in raised.value.findings] == ["E-ATTACH-MAGIC"]
    assert "POST /v1/uploads" not in line.calls
