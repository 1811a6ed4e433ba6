"""Files that make no unit: why not, and forgetting them."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.hub.core.bodies import keeping
from renkei.hub.core.writing import write
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Membership
from renkei.hub.parties.register import service_types
from renkei.hub.workspace.models import Leftover
from renkei.hub.workspace.models.outbox import holder_of
from renkei.hub.workspace.outbox.pile import Named, is_archive, why_unopened
from renkei.hub.workspace.outbox.planning import plan
from renkei.hub.workspace.outbox.sorting import sort
from renkei.standard.checking import check
from renkei.standard.checking.examining import file_name
from renkei.standard.findings import Finding, Role

Reason = tuple[str, Sequence[str], Sequence[Finding]]  # the file, why in words, what was found in it


def reasons(files: Sequence[Named], membership: Membership) -> list[Reason]:
    """Each file with why it is no unit of ours."""
    services = own_services(membership)
    report = check(files, Role.SENDER, register=service_types(name for name, _ in files))
    found: dict[str, list[Finding]] = {name: [] for name, _ in files}
    for finding in report.findings:
        found.setdefault(finding.file, []).append(finding)
    sorted_now = sort(files, services)
    clashing = {name for one in plan(sorted_now.outgoing).clashing for name in one.files}
    strange = {path for path, _ in sorted_now.left}
    told: list[Reason] = []
    for name, data in files:
        words = []
        if is_archive(data):
            words.append(why_unopened(data))
        elif data.startswith(_PAPERS):
            words.append(_PAPER)
        elif file_name(name) in clashing:
            words.append(_CLASHING)
        elif name in strange and not found[name]:
            words.append(_STRANGE)
        told.append((name, words, found[name]))
    return told


def forget(left: Leftover) -> None:
    """Erase them."""
    with write():
        keeping.drop([left.body], holder_of(left.owner_id))
        Leftover.objects.filter(pk=left.pk).delete()


_PAPERS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
_PAPER = "書類(PDF や写真)です。送り先を決めると、送るものに入ります。"
_CLASHING = (
    "同じ連番で、中身のちがうものを、もう送ったか、送っているところです。"
    "介護ソフトで新しい連番にして、書き出し直してください。"
)
_STRANGE = (
    "あなたの事業所のファイルではないか、あなたが任されていないサービスのファイルです。"
    "ファイル名の事業所番号とサービス種類を見てください。"
)
