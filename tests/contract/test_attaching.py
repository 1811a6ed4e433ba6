"""Files attached with the SDK and the office program: looked into before they are signed, carried in pieces, verified."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pikepdf
import pytest

from renkei.client import Attachment, Member, Office, Outcome, SetupError, Type, Unfit, settings
from renkei.client import Hub as Sdk
from renkei.client.anchors import Anchors, write_certificates
from renkei.client.folder import Folder
from renkei.client.settings import Settings
from renkei.conformance import Month
from renkei.trust import keys

from . import papers, world
from .conftest import Hub

pytestmark = pytest.mark.usefixtures("once")
PIECE = 256 * 1024


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
def line(town: Hub, monkeypatch: pytest.MonkeyPatch) -> Line:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "UPLOAD_CHUNK_BYTES", PIECE)
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
    document.pages[0].Contents = document.make_stream(b"%" + os.urandom(3 * PIECE // 2).hex().encode())
    document.save(path, compress_streams=False)
    assert path.stat().st_size > 3 * PIECE
    return path


def test_a_report_goes_to_two_offices_with_one_upload_and_arrives_whole_over_a_bad_line(
    hubs: list[Sdk], line: Line, report: Path, tmp_path: Path
) -> None:
    sender, *others = hubs
    sent = sender.attach([address(one) for one in others[:2]], [Attachment(report, type=Type.MONTHLY_REPORT)])
    assert [one.trouble for one in sent] == [None, None]
    assert line.calls.count("POST /v1/uploads") == 1
    line.cut = PIECE
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


def test_a_report_goes_along_with_the_slip(hubs: list[Sdk], month: Month, report: Path, tmp_path: Path) -> None:
    sender, recipient = hubs[:2]
    own, to = sender.member.settings.office, recipient.member.settings.office
    slip = {n: data for n, data in month.files[own].items() if to in n and "_202612_" in n}
    (sent,) = sender.send(slip, [Attachment(report)])
    assert sent.receipt and {*sent.files} == {*slip, report.name}
    assert [one.repeated for one in sender.send(slip, [Attachment(report)])] == [True]
    (unit,) = recipient.collect()
    assert unit.manifest and unit.manifest.kind == "use_table"
    # With what is kept of it, every commitment can be opened.
    for kept in (sent, unit):
        assert kept.envelope and kept.envelope.salts.keys() == {file.name for file in unit.manifest.files}
    assert {name: unit.files[name] for name in slip} == slip
    recipient.download(unit, unit.parts[0], tmp_path / "got.pdf")
    assert (tmp_path / "got.pdf").read_bytes() == report.read_bytes()
    with pytest.raises(SetupError, match="E-OFFICE-ONE-UNIT"):
        sender.send(month.files[own], [Attachment(report)])


def test_what_is_no_pdf_or_broken_stays_with_its_reason(hubs: list[Sdk], line: Line, tmp_path: Path) -> None:
    for name, code in (("報告.txt", "E-ATTACH-KIND"), ("報告.pdf", "E-ATTACH-REFUSED")):
        (tmp_path / name).write_bytes(b"hello")
        with pytest.raises(Unfit, match=code) as raised:
            hubs[0].attach([address(hubs[1])], [Attachment(tmp_path / name)])
        assert code != "E-ATTACH-REFUSED" or [one.code for one in raised.value.findings] == ["E-ATTACH-MAGIC"]
    assert "POST /v1/uploads" not in line.calls


@pytest.fixture
def offices(town: Hub, line: Line, hubs: list[Sdk], tmp_path: Path) -> list[Office]:
    """The office program of the first three, without waiting."""
    return [folder_of(hub.member, tmp_path / str(place), line) for place, hub in enumerate(hubs[:3])]


def folder_of(own: Member, root: Path, line: Line) -> Office:
    folder = Folder(root)
    folder.make()
    keys.save_key(folder.key, own.key)
    write_certificates(folder.certificate, own.certificate)
    write_certificates(folder.trust / "hub.pem", own.hub_certificates)
    own.anchors.save(folder.trust)
    settings.save(folder.settings, own.settings)
    return Office.open(root, transport=line, sleep=lambda _seconds: None)


def numbers(*offices: Office) -> list[str]:
    return [f"{one.settings.office}-{one.settings.service}" for one in offices]


def inbox(office: Office) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in office.folder.inbox.rglob("*") if path.is_file()}


def test_the_program_attaches_for_two_and_both_find_it_under_its_title(
    offices: list[Office], line: Line, report: Path
) -> None:
    sender, *others = offices
    wanted = Attachment(report, title="12月の報告", type=Type.MONTHLY_REPORT, month="202612")
    results = sender.attach(numbers(*others), [wanted])
    assert [(one.outcome, one.entry and one.entry.kind_label) for one in results] == [
        (Outcome.DONE, "添付ファイル")
    ] * 2
    assert line.calls.count("POST /v1/uploads") == 1
    line.cut = PIECE
    for office in others:
        (collected,) = office.collect()
        assert collected.outcome is Outcome.DONE and collected.folder
        assert (collected.folder / "12月の報告.pdf").read_bytes() == report.read_bytes()
        assert inbox(office).keys() == {"12月の報告.pdf", "ATTACHMENTS.JSON"}
        assert [one.outcome for one in office.reference_import()] == [Outcome.DONE]
    assert [one.files for one in sender.verify()] == [2, 2]
    assert [one.files for one in others[0].verify()] == [2]
    next(others[0].folder.inbox.rglob("12月*")).write_bytes(b"changed")
    assert [one.troubles[0].code for one in others[0].verify()] == ["E-AUTH-COMMITMENT"]


def test_what_is_dropped_for_a_partner_goes_with_the_next_run_and_is_kept_when_the_hub_is_away(
    offices: list[Office], line: Line
) -> None:
    sender, recipient = offices[:2]
    drop = sender.folder.dropped / numbers(recipient)[0].replace("-", "_")
    drop.mkdir(parents=True)
    (drop / "モニタリング.pdf").write_bytes(papers.pdf(script=True))
    assert [one.trouble and one.trouble.code for one in sender.send()] == ["E-OFFICE-WRITING"]
    os.utime(drop / "モニタリング.pdf", (0, 0))
    line.lose = lambda request: request.url.path == "/v1/transmissions/batch"
    assert [one.outcome for one in sender.send()] == [Outcome.WAITING]
    assert list(drop.iterdir()) == []
    line.lose = lambda _request: False
    (sent,) = sender.send()
    assert (sent.outcome, sent.repeated) == (Outcome.DONE, True)
    assert sent.removed == {"モニタリング.pdf": ("開くと動くプログラム",)}
    assert list(sender.folder.attaching.iterdir()) == [] and sender.send() == []
    recipient.collect()
    assert b"JavaScript" not in inbox(recipient)["モニタリング.pdf"]
    assert json.loads(inbox(recipient)["ATTACHMENTS.JSON"])["files"][0]["type"] == "monitoring"


def test_a_drop_for_nobody_or_of_something_else_is_told_and_stays(offices: list[Office]) -> None:
    sender, recipient = offices[:2]
    for name in ("だれか", numbers(recipient)[0]):
        (sender.folder.dropped / name).mkdir(parents=True)
        path = sender.folder.dropped / name / "メモ.txt"
        path.write_text("メモ")
        os.utime(path, (0, 0))
    assert {one.trouble and one.trouble.code for one in sender.send()} == {"E-OFFICE-NUMBER", "E-ATTACH-KIND"}
    assert len(list(sender.folder.dropped.rglob("*.txt"))) == 2


def test_a_collecting_that_was_cut_off_goes_on_where_it_stopped(
    offices: list[Office], line: Line, report: Path
) -> None:
    sender, recipient = offices[:2]
    sender.attach(numbers(recipient), [Attachment(report)])
    line.cut, line.lose = PIECE, lambda request: "Range" in request.headers
    assert [one.outcome for one in recipient.collect()] == [Outcome.WAITING]
    asked = len(line.calls)
    line.lose = lambda _request: False
    assert [one.outcome for one in recipient.collect()] == [Outcome.DONE]
    assert inbox(recipient)["月次報告.pdf"] == report.read_bytes()
    assert sum("/files/" in call for call in line.calls[asked:]) <= 3


def test_what_the_hub_would_not_take_for_its_size_is_said_before_anything_is_carried(
    offices: list[Office], hubs: list[Sdk], line: Line, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings as of_the_hub

    monkeypatch.setitem(of_the_hub.RENKEI, "LIMIT_ATTACHMENT_BYTES", PIECE)
    with pytest.raises(Unfit, match="E-ATTACH-SIZE"):
        offices[0].attach(numbers(offices[1]), [Attachment(report)])
    with pytest.raises(Unfit, match="E-ATTACH-SIZE"):
        hubs[0].attach([address(hubs[1])], [Attachment(report)])
    assert "POST /v1/uploads" not in line.calls and not list(offices[0].folder.attaching.glob("[0-9]*"))


@pytest.fixture
def slip(offices: list[Office], month: Month) -> list[Path]:
    """The files of a use table in the outbox of the first, for the second, and those of another unit beside them."""
    sender, recipient = offices[:2]
    files = month.files[sender.settings.office]
    for name, data in files.items():
        if recipient.settings.office in name:
            (sender.folder.outbox / name).write_bytes(data)
    return sorted(sender.folder.outbox.glob("*_202612_*"))


def test_the_program_attaches_beside_a_slip_and_the_rest_of_the_outbox_stays(
    offices: list[Office], line: Line, slip: list[Path], tmp_path: Path
) -> None:
    sender, recipient = offices[:2]
    given = {path.name: path.read_bytes() for path in slip}
    path = tmp_path / "計画書.pdf"
    path.write_bytes(papers.pdf(script=True))
    line.lose = lambda request: request.url.path == "/v1/transmissions/batch"
    (waits,) = sender.attach_beside(slip[0], [Attachment(path, type=Type.PLAN)])
    assert waits.outcome is Outcome.WAITING and {*waits.files} == {*map(Path, given), Path("計画書.pdf")}
    left = {one.name for one in sender.folder.outbox.iterdir()}
    assert left and not left & given.keys()
    line.lose = lambda _request: False
    results = sender.send()
    assert {one.outcome for one in results} == {Outcome.DONE} and len(results) == 2
    assert not list(sender.folder.attaching.iterdir())
    kinds = {one.entry.kind: one for one in recipient.collect()}
    folder = kinds["use_table"].folder
    assert folder and {one.name: one.read_bytes() for one in folder.iterdir() if one.name in given} == given
    assert b"JavaScript" not in (folder / "計画書.pdf").read_bytes()
    assert {one.outcome for one in recipient.reference_import()} == {Outcome.DONE}
    assert not [one for office in (sender, recipient) for one in office.verify() if one.troubles]
    assert sum(one.files for one in sender.verify()) == sum(one.files for one in recipient.verify())


def test_a_slip_that_was_sent_or_has_faults_takes_no_attachment(
    offices: list[Office], slip: list[Path], report: Path
) -> None:
    sender = offices[0]
    data = slip[0].read_bytes()
    slip[0].write_bytes(b"202407,")
    with pytest.raises(Unfit, match="E-OFFICE-FINDINGS") as raised:
        sender.attach_beside(slip[0], [Attachment(report)])
    assert raised.value.findings
    slip[0].write_bytes(data)
    sender.send()
    slip[0].write_bytes(data)
    for path in sender.folder.sent.rglob("*_202612_*"):
        (sender.folder.outbox / path.name).write_bytes(path.read_bytes())
    with pytest.raises(SetupError, match="E-OFFICE-SENT"):
        sender.attach_beside(slip[0], [Attachment(report)])
    with pytest.raises(Unfit, match="E-OFFICE-FINDINGS"):
        sender.attach_beside(report, [Attachment(report)])
    assert not list(sender.folder.attaching.glob("[0-9]*"))
