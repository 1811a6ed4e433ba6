"""Bringing in a file by chunks, over the public API."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from tests.attachments.samples import jpeg

from renkei.conformance import Month

from . import papers, world
from .conftest import Hub
from .papers import Paper, begin, bring_in, complete, pdf, put, told

CHUNK = 100
DAY = timedelta(days=1)


@pytest.fixture
def small_chunks(town: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "UPLOAD_CHUNK_BYTES", CHUNK)


@pytest.fixture
def office(small_chunks: None, town: Hub, month: Month) -> world.TestOffice:
    return town.offices[month.offices[0].number]


@pytest.fixture
def other(town: Hub, month: Month) -> world.TestOffice:
    return town.offices[month.offices[1].number]


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.conf import settings

    return lambda name, value: monkeypatch.setitem(settings.RENKEI, name, value)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def left() -> tuple[int, int, int]:
    """Uploads, chunks and bodies that an upload holds."""
    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.models import Chunk, Upload

    held = Wrap.objects.filter(holder__startswith="upload:").count()
    return Upload.objects.count(), Chunk.objects.count(), held


def later(monkeypatch: pytest.MonkeyPatch, passed: timedelta) -> None:
    from django.utils import timezone

    at = timezone.now() + passed
    monkeypatch.setattr(timezone, "now", lambda: at)


def stored(paper: Paper) -> bytes:
    from renkei.hub.core.bodies import files
    from renkei.hub.core.bodies import services as bodies

    row = row_of(paper)
    fetched = bodies.fetch(row.body, [f"upload:{row.party_id}"])
    assert files.salt_of(fetched) == paper.salt
    return b"".join(files.read(fetched))


def test_a_file_comes_in_by_chunks_in_any_order_and_is_ready(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    said = begin(office, paper)
    count = -(-len(paper.data) // CHUNK)
    assert said.status_code == 201 and said.json()["missing"] == [[0, count - 1]] and said.json()["state"] == "open"
    for number in [3, 1, *range(4, count)]:
        assert put(office, paper, number).status_code == 204
    assert told(office, paper)["missing"] == [[0, 0], [2, 2]]
    again = begin(office, paper)
    assert again.status_code == 200 and again.json() == told(office, paper)
    refused = complete(office, paper)
    assert code(refused) == (409, "E-UPLOAD-MISSING") and refused.json()["missing"] == [[0, 0], [2, 2]]
    put(office, paper, 0)
    put(office, paper, 2)
    done = complete(office, paper).json()
    assert (done["state"], done["missing"], done["cleaned"]) == ("ready", [], None)
    assert [found["code"] for found in done["findings"]] == ["W-ATTACH-UNSCANNED"]
    assert stored(paper) == paper.data and left() == (1, 0, 1)


def test_lost_answers_cost_nothing(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    done = bring_in(office, paper)
    assert complete(office, paper).json() == done
    assert begin(office, paper).json() == done
    assert left() == (1, 0, 1)


def test_the_same_chunk_again_is_no_error_and_another_one_is(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    assert [put(office, paper, 0).status_code for _ in range(3)] == [204] * 3
    assert code(put(office, paper, 0, b"x" * CHUNK)) == (409, "E-UPLOAD-CHUNK-OTHER")
    assert left() == (1, 1, 2)


def test_chunks_of_a_wrong_size_or_number_are_refused(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    last, rest = divmod(len(paper.data) - 1, CHUNK)
    for number, size in ((0, 0), (0, CHUNK + 1), (0, 1), (last, rest), (last, rest + 2), (last + 1, CHUNK)):
        assert code(put(office, paper, number, b"x" * size)) == (422, "E-UPLOAD-CHUNK")
    assert code(put(office, paper, 10**30, b"x")) == (422, "E-UPLOAD-CHUNK")
    assert left() == (1, 0, 1)


def test_a_chunk_that_is_no_octet_stream_is_refused(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    path = f"/v1/uploads/{paper.id}/chunks/0"
    answer = office.client.put(path, "{}", content_type="application/json", headers=office._headers())
    assert code(answer) == (415, "E-REQUEST-TYPE")


def test_a_chunk_after_the_end_is_told_so(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    bring_in(office, paper)
    assert code(put(office, paper, 0)) == (409, "E-UPLOAD-DONE")


def test_a_file_that_is_not_what_was_announced_starts_anew(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    right, paper.data = paper.data, bytes(len(paper.data))
    for number in range(-(-len(right) // CHUNK)):
        put(office, paper, number)
    assert code(complete(office, paper)) == (422, "E-UPLOAD-COMMITMENT")
    paper.data = right
    assert told(office, paper)["missing"] == [[0, -(-len(right) // CHUNK) - 1]] and left() == (1, 0, 1)
    assert bring_in(office, paper)["state"] == "ready"


@pytest.mark.parametrize(
    ("data", "media", "expected"),
    [
        (b"MZ" + bytes(50), papers.PDF, "E-ATTACH-MAGIC"),
        (pdf(), "image/png", "E-ATTACH-MAGIC"),
        (pdf()[:300], papers.PDF, "E-ATTACH-BROKEN"),
        (pdf(script=True), papers.PDF, "E-ATTACH-SCRIPT"),
    ],
)
def test_what_must_not_go_out_is_refused_with_findings_and_not_kept(
    office: world.TestOffice, data: bytes, media: str, expected: str
) -> None:
    paper = Paper(data, media)
    done = bring_in(office, paper)
    assert done["state"] == "refused" and expected in {found["code"] for found in done["findings"]}
    assert all(found["message"] and found["remedy"] for found in done["findings"])
    assert told(office, paper) == done and left() == (1, 0, 0)


def test_a_clean_copy_is_made_where_the_operator_wants_it(office: world.TestOffice, set_to: Any) -> None:
    from renkei.attachments.inspecting import inspect
    from renkei.hub.core.bodies import files
    from renkei.hub.core.bodies import services as bodies

    set_to("ATTACH_ACTIVE", "clean")
    paper = Paper(pdf(script=True))
    done = bring_in(office, paper)
    row = row_of(paper)
    fetched = bodies.fetch(row.cleaned_body, [f"upload:{row.party_id}"])
    copy = b"".join(files.read(fetched))
    assert done["state"] == "ready" and stored(paper) == paper.data
    salted = files.salt_of(fetched) + copy
    assert done["cleaned"] == {"size": len(copy), "commitment": hashlib.sha256(salted).hexdigest()}
    assert not inspect(io.BytesIO(copy), papers.PDF).findings and b"alert" not in copy


class Fake:
    """A scanner that says what it is told to."""

    def __init__(self, virus: str | None = None, fails: bool = False) -> None:
        self.virus, self.fails, self.seen = virus, fails, b""

    def scan(self, stream: Any) -> Any:
        from renkei.attachments.scanning import Scan, ScanFailed

        if self.fails:
            raise ScanFailed("no answer")
        self.seen = stream.read()
        return Scan(scanned=True, virus=self.virus)


def test_a_virus_is_refused_and_a_scanner_that_is_down_lets_nothing_pass(
    office: world.TestOffice, monkeypatch: pytest.MonkeyPatch, set_to: Any
) -> None:
    from renkei.hub.exchange.attachments import looking

    paper = Paper(pdf())
    monkeypatch.setattr(looking, "scanner", lambda: Fake(fails=True))
    begin(office, paper)
    for number in range(-(-len(paper.data) // CHUNK)):
        put(office, paper, number)
    down = complete(office, paper)
    assert code(down) == (503, "E-ATTACH-UNAVAILABLE") and down["Retry-After"]
    set_to("CLAMD", "unix:/run/clamd.ctl")
    assert "ClamAV" in str(office.get("/health").json()["warnings"])
    assert told(office, paper)["state"] == "open"
    scanner = Fake(virus="Invented.Test")
    monkeypatch.setattr(looking, "scanner", lambda: scanner)
    done = complete(office, paper).json()
    assert "ClamAV" not in office.get("/health").content.decode()
    assert done["state"] == "refused" and scanner.seen == paper.data
    assert [found["code"] for found in done["findings"]] == ["E-ATTACH-VIRUS"]


def test_limits_hold_on_both_sides(office: world.TestOffice, set_to: Any) -> None:
    paper = Paper(pdf())
    set_to("LIMIT_ATTACHMENT_BYTES", len(paper.data))
    assert begin(office, paper).status_code == 201
    assert code(begin(office, paper, size=len(paper.data) + 1, commitment="0" * 64)) == (413, "E-ATTACH-SIZE")
    assert code(begin(office, paper, size=0, commitment="0" * 64)) == (422, "E-ATTACH-EMPTY")
    assert code(begin(office, paper, media="text/html", commitment="0" * 64)) == (422, "E-ATTACH-KIND")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert code(begin(office, paper, media=word, commitment="0" * 64)) == (422, "E-ATTACH-OFFICE")
    set_to("ATTACH_OFFICE", "yes")
    assert begin(office, paper, media=word, commitment="0" * 64).status_code == 201
    for changes in ({"commitment": "0"}, {"salt": "00"}, {"size": -1}, {"size": "x"}):
        assert begin(office, paper, **changes).status_code == 400


def test_the_operator_says_how_much_a_file_may_ask_of_whoever_opens_it(office: world.TestOffice, set_to: Any) -> None:
    from renkei.hub.exchange.attachments import looking

    picture, paper = Paper(jpeg(40, 30), media="image/jpeg"), Paper(pdf("pages"))
    set_to("LIMIT_ATTACHMENT_PIXELS", 1199)
    assert [found["code"] for found in bring_in(office, picture)["findings"]] == ["E-ATTACH-PIXELS"]
    set_to("LIMIT_ATTACHMENT_PIXELS", 1200)
    assert bring_in(office, Paper(jpeg(40, 30), media="image/jpeg"))["state"] == "ready"
    set_to("LIMIT_ATTACHMENT_PAGES", 0)
    assert [found["code"] for found in bring_in(office, paper)["findings"]] == ["E-ATTACH-HEAVY"]
    set_to("LIMIT_ATTACHMENT_PAGES", 1)
    assert bring_in(office, Paper(pdf("one page")))["state"] == "ready"
    set_to("ATTACH_SECONDS", 7)
    assert looking.limits().seconds == 7


def test_only_so_many_and_so_much_wait_to_be_sent(office: world.TestOffice, other: Any, set_to: Any) -> None:
    first, second = Paper(pdf("1")), Paper(pdf("2"))
    begin(office, first)
    set_to("LIMIT_UPLOADS", 1)
    many = begin(office, second)
    assert code(many) == (429, "E-UPLOAD-MANY") and many["Retry-After"]
    assert begin(office, first).status_code == 200 and begin(other, second).status_code == 201
    set_to("LIMIT_UPLOADS", 5)
    set_to("LIMIT_UPLOADS_BYTES", len(first.data) + len(second.data) - 1)
    assert begin(office, second).status_code == 429
    set_to("LIMIT_UPLOADS_BYTES", len(first.data) + len(second.data))
    assert begin(office, second).status_code == 201


def test_the_same_commitment_with_another_size_or_kind_is_refused(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    for changes in ({"size": len(paper.data) - 1}, {"media": "image/png"}):
        assert code(begin(office, paper, **changes)) == (409, "E-UPLOAD-OTHER")


def test_nobody_reaches_the_file_of_another_office(office: world.TestOffice, other: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    answers = [
        other.get(f"/uploads/{paper.id}"),
        put(other, paper, 0, b"x" * CHUNK),
        complete(other, paper),
        other.client.delete(f"/v1/uploads/{paper.id}", headers=other._headers()),
    ]
    assert {code(answer) for answer in answers} == {(404, "E-UPLOAD-UNKNOWN")}
    same = Paper(paper.data, salt=paper.salt)
    assert begin(other, same).status_code == 201 and same.id != paper.id


def test_dropping_leaves_nothing(office: world.TestOffice, set_to: Any) -> None:
    from renkei.hub.core.bodies.blobs import SHELVES, blob_store
    from renkei.hub.core.models import Erasure

    set_to("INLINE_BYTES", 1)
    ready, open_ = Paper(pdf("1")), Paper(pdf("2"))
    bring_in(office, ready)
    begin(office, open_)
    put(office, open_, 1)
    for paper in (ready, open_):
        assert office.client.delete(f"/v1/uploads/{paper.id}", headers=office._headers()).status_code == 204
        assert code(office.get(f"/uploads/{paper.id}")) == (404, "E-UPLOAD-UNKNOWN")
    assert left() == (0, 0, 0) and not Erasure.objects.exists()
    assert not [blob for shelf in SHELVES for blob in blob_store().shelf(shelf)]


def test_what_is_not_sent_in_time_is_swept(office: world.TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.exchange import tasks

    paper = Paper(pdf())
    bring_in(office, paper)
    begin(office, Paper(pdf("2")))
    now = row_of(paper).expires_at - DAY
    tasks.sweep_uploads(now + DAY - timedelta(minutes=1), {})
    assert left()[0] == 2
    monkeypatch.setattr(tasks, "PORTION", 1)
    while tasks.sweep_uploads(now + DAY + timedelta(minutes=1), {}) is not None:
        pass
    assert left() == (0, 0, 0)


def test_one_whose_time_is_over_begins_anew(office: world.TestOffice) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.models import Upload

    paper = Paper(pdf())
    bring_in(office, paper)
    first = paper.id
    with write():
        Upload.objects.update(expires_at=Upload.objects.get().expires_at - 2 * DAY)
    assert code(office.get(f"/uploads/{first}")) == (404, "E-UPLOAD-UNKNOWN")
    assert begin(office, paper).status_code == 201 and paper.id != first
    assert left() == (1, 0, 1)


def test_somebody_who_looks_too_long_is_relieved(office: world.TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.exchange.attachments import completing

    paper = Paper(pdf())
    begin(office, paper)
    for number in range(-(-len(paper.data) // CHUNK)):
        put(office, paper, number)
    taken = completing._take(row_of(paper))
    made = completing._made(taken)  # and then it stands still
    assert code(complete(office, paper)) == (409, "E-UPLOAD-BUSY")
    with monkeypatch.context() as patched:
        later(patched, completing.LONGEST_LOOK + timedelta(seconds=1))
        office.sign_in()
        assert complete(office, paper).json()["state"] == "ready"
    with pytest.raises(Refused, match="E-UPLOAD-BUSY"):
        completing._finish(taken, made)
    assert left() == (1, 0, 1)


def row_of(paper: Paper) -> Any:
    from renkei.hub.exchange.models import Upload

    return Upload.objects.get(pk=paper.id)
