"""The cover page of an evidence file: what an inspector reads, on screen or printed. It names no client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from .model import Evidence, Subject
from .reports import JAPAN, Judged, Report, Step

KIND_LABELS: Mapping[str, str] = {
    "care_plan": "居宅サービス計画書",
    "use_table": "提供票",
    "actual": "実績",
    "care_plan_deletion": "居宅サービス計画書の削除",
    "use_table_deletion": "提供票の削除",
    "actual_deletion": "実績の削除",
    "client_basics": "利用者の基本情報",
    "prevention_plan": "介護予防の計画",
    "client_basics_deletion": "利用者の基本情報の削除",
    "prevention_plan_deletion": "介護予防の計画の削除",
    "attachment": "添付ファイル",
}
# docs/api/evidence.md shows the same commands, and a test runs them.
COMMANDS = """\
cat certificates/roots.pem certificates/issuing.pem > authorities.pem
for signature in transmissions/*/*.p7s seals/*.p7s; do
  openssl cms -verify -binary -inform DER -in "$signature" -content "${signature%.p7s}.json" \\
    -CAfile authorities.pem -purpose any -no_check_time -out /dev/null
done
for token in seals/*.tst; do
  test -e "$token" || continue
  openssl ts -verify -token_in -in "$token" -data "${token%.tst}.json" \\
    -CAfile certificates/time-stamp-roots.pem -no_check_time
done
for folder in transmissions/*; do
  digest=$(openssl dgst -sha256 -r "$folder/manifest.json" | cut -d' ' -f1)
  for receipt in "$folder"/[0-9]*.json; do
    grep -q "\\"manifest\\":\\"$digest\\"" "$receipt"
  done
done
"""
_STYLE = """\
body{font-family:"BIZ UDPGothic","Yu Gothic",Meiryo,sans-serif;line-height:1.7;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:2px solid #1a1a1a}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#f2f2f2}td ul{margin:0;padding-left:1.1rem}
pre{background:#f2f2f2;padding:.7rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
.code{overflow-wrap:anywhere;font-size:.8rem}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}thead{display:table-header-group}}
@page{size:A4;margin:15mm}"""
_PROVES = (
    "送り手の事業所が、この内容の送信票に署名したこと(あとから宛先やファイルを変えられません)。",
    "ハブが、それぞれの段階(受け付け、受け取り、読み込みなど)を記録し、受領証に署名したこと。",
    "相手の事業所のプログラムが知らせた段階では、相手自身も署名したこと。",
    "記録が封印の鎖に入っており、あとから足したり抜いたりされていないこと。",
    "時刻の証明がある記録は、その時刻までに、記録も署名もすべてあったこと。証明書が有効だったかどうかも、その時刻で確かめます。",
)
_PROVES_NOT = (
    "ファイルの中身(利用者の名前やサービスの内容)は、ここに入っていません。送信票には、ファイルの名前、大きさ、塩を混ぜたハッシュだけがあります。"
    "中身は、事業所に残るファイルと塩を送信票と合わせて確かめます。",
    "この期間の送信が、これで全部かどうか。ほかのハブや紙で送ったものも入りません。",
    "ここにある最後の段階のあとに、取り消しや回収など、ほかの段階がなかったかどうか。",
    "介護ソフトに正しく取りこまれたか、サービスが行われたか。",
    "時刻の証明がない記録の時刻。それは、ハブ自身の言い分です。",
    "この表紙そのもの。署名されていないので、下の方法で確かめた結果のほうを信じてください。",
)


def cover(evidence: Evidence, report: Report) -> bytes:
    """One HTML page, UTF-8, that loads nothing from anywhere. The same evidence and report give the same bytes."""
    subject = evidence.subject
    title = f"送受信の証拠 {subject.office_name or subject.office}"
    parts = [
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{_STYLE}</style><h1>ケアプラン・提供票・実績の送受信の証拠</h1>",
        _about(subject),
        f"<h2>送ったもの・受け取ったもの({len(report.transmissions)}件)</h2>",
        _table(subject, report.transmissions),
        f"<h2>わかること</h2>{_list(_PROVES)}<h2>わからないこと</h2>{_list(_PROVES_NOT)}",
        _notes(report),
        _how(),
    ]
    return "\n".join(parts).encode()


def _about(subject: Subject) -> str:
    rows = {
        "事業所": f"{subject.office_name} (事業所番号 {subject.office}、サービス種類 {subject.service})",
        "期間": f"{subject.first:%Y年%m月%d日} から {subject.last:%Y年%m月%d日} まで(ハブが受け付けた日)",
        "相手": f"事業所番号 {subject.partner}" if subject.partner else "すべて",
        "ハブ": f"{subject.hub_name} ({subject.hub})",
        "書き出した日時": _time(subject.exported_at),
    }
    lines = "".join(f"<tr><th scope=row>{name}</th><td>{escape(text)}</td></tr>" for name, text in rows.items())
    return f"<table>{lines}</table>"


def _table(subject: Subject, judged: Iterable[Judged]) -> str:
    heads = ("向き", "相手", "種類と月", "連番と番号", "段階と日時", "確かめた結果")
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    rows = "".join(_row(subject, one) for one in judged)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(subject: Subject, one: Judged) -> str:
    manifest, steps = one.manifest, _list(_step(step) for step in one.steps)
    if manifest is None:
        return f'<tr><td colspan=3>送信票を読めません</td><td class="code">{one.id}</td><td></td><td>{_result(one)}</td></tr>'
    is_sender = (manifest.sender, manifest.sender_service) == (subject.office, subject.service)
    partner = (
        f"{manifest.recipient} ({manifest.recipient_service})"
        if is_sender
        else f"{manifest.sender} ({manifest.sender_service})"
    )
    months = "、".join(f"{month[:4]}年{month[4:]}月" for month in manifest.months)
    what = f"{escape(KIND_LABELS.get(manifest.kind, manifest.kind))}<br>{months}"
    cells = ("送信" if is_sender else "受信", partner, what)
    plain = "".join(f"<td>{cell}</td>" for cell in cells)
    ids = f'<td class="code">{manifest.sequence}<br>{one.id}</td>'
    return f"<tr>{plain}{ids}<td>{steps}</td><td>{_result(one)}</td></tr>"


def _step(step: Step) -> str:
    stamped = f"(時刻の証明 {_time(step.stamped_at)})" if step.stamped_at else ""
    return f"{step.label} {_time(step.at)}{stamped}"


def _result(one: Judged) -> str:
    stamped = "時刻の証明あり" if one.is_stamped else "時刻はハブの言い分"
    details = [*one.problems, *one.missing] or [stamped]
    return f"<strong>{one.verdict.label}</strong>{_list(details)}"


def _notes(report: Report) -> str:
    lines = [*report.problems, *report.notes]
    for what, found in (("認証局", report.roots), ("時刻認証局", report.stamp_roots)):
        lines += [f"{what}: {name} 指紋(SHA-256) {digest}" for name, digest in found]
    return f"<h2>確かめるときに知っておくこと</h2>{_list(lines)}"


def _how() -> str:
    return (
        "<h2>確かめ方</h2><p>この表紙が入っていた zip のファイルを、どのパソコンでも、ハブにもインターネットにもつながずに確かめられます。"
        "証明書の期限が切れたあとでも同じです。</p>"
        "<pre>renkei evidence verify 証拠.zip</pre>"
        "<p>Renkei を使わずに、OpenSSL 3 だけで署名を1つずつ確かめるときは、zip を開いたフォルダで次のとおりにします。"
        "封印の中の位置と鎖の確かめ方は docs/api/evidence.md にあります。</p>"
        f"<pre>{escape(COMMANDS)}</pre></html>\n"
    )


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _time(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y年%m月%d日 %H:%M:%S}"
