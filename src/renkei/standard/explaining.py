"""The rule behind a code of `check`, `repair` or `convert`, a file kind, an item, a code, a word of the trade: what
`renkei explain` prints.

Everything comes from the layouts, the code lists and the catalogue of rules, so that nothing here can grow old.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .catalogue.mends import MENDS, QUESTIONS
from .comparing.kinds import KINDS as SAMENESS
from .converting.catalogue import NOTES
from .findings import CATALOGUE, Basis, Role, Severity
from .layouts import CURRENT_VERSION, KINDS, VERSIONS, Field, code_lists, kinds, layout
from .names import MONTH_KINDS, BadName, FileName
from .showing.tables import Entry, Table
from .trade_words import WORDS, without_gaps
from .units import group, missing
from .values import FORMS

BASIS = {Basis.STANDARD: "標準(標準仕様にそう書いてある)", Basis.INFERRED: "推定(標準仕様から導ける)"} | {
    Basis.OURS: "取り決め(標準仕様が決めていないので、Renkei が決めた)"
}
CONFIDENCE = {"verbatim": "標準", "inferred": "推定", "guess": "取り決め"}
EDITIONS = {"202407": "第4.1版(202407)", "202208": "第3版(202208)"}
_NOTES = {
    "E": "このファイルは変換していません",
    "W": "変換しましたが、人が確かめてください",
    "C": "変換で変えたこと",
}
_ROLES = {Role.SENDER: "送る側", Role.HUB: "ハブ", Role.RECIPIENT: "受け取る側"}
_SEVERITIES = {Severity.ERROR: "エラー", Severity.WARNING: "注意"}
_REQUIRED = {
    "always": "必須",
    "warn": "必要(空なら注意)",
    "never": "任意",
    "when:weekly_service": "介護サービス内容があるとき必須",
    "when:daily_activity": "主な日常生活上の活動があるとき必須",
    "when:other_consultation": "相談方法が03(その他)のとき必須",
    "when:in_hospital": "利用者の現況が02(入院又は入所中)のとき必須",
    "when:slot_in_use": "同じ番号の4項目のどれかがあるとき必須",
    "when:equipment_rental": "福祉用具貸与のとき、福祉用具届出コードとどちらかが必須",
}
_DIRECTIONS = {
    "UPJSK": "サービス事業所 → 居宅介護支援事業所(委託では居宅介護支援事業所 → 地域包括支援センターも)",
    "DLTJSK": "サービス事業所 → 居宅介護支援事業所",
    "UPKIHON": "地域包括支援センター・居宅介護支援事業所 → サービス事業所など",
    "UPYOBO": "地域包括支援センター・居宅介護支援事業所 → サービス事業所など",
}
_PLANNER = "居宅介護支援事業所 → サービス事業所(予防では地域包括支援センターからも)"


@dataclass(frozen=True)
class Explanation:
    """One answer. `sort` is finding, mend, question, note, kind, field, codes or word; `entries` are items of words, `tables` follow.

    >>> (answer,) = explain("E-NAME-KIND")
    >>> answer.sort, answer.as_dict()["subject"]
    ('finding', 'E-NAME-KIND')
    """

    sort: str
    subject: str
    title: str
    entries: tuple[Entry, ...]
    tables: tuple[Table, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "sort": self.sort,
            "subject": self.subject,
            "title": self.title,
            "entries": {entry.label: entry.value for entry in self.entries},
            "tables": [
                {"title": table.title, "columns": list(table.columns), "rows": [list(row) for row in table.rows]}
                for table in self.tables
            ],
        }


def explain(word: str) -> list[Explanation]:
    """Every answer for a word: a finding's code or one of `repair` or `convert`, a kind or a file's name, an item with
    or without `KIND.`, a code, a word of the trade.

    Case and width do not matter, nor spaces inside. No answer for a word that is not known; `near_misses` then has the next best.

    >>> [one.sort for one in explain("upplan.unit_points")], explain("ない言葉")
    (['field'], [])
    """
    wanted = _plain(word)
    return _answers(wanted) or _answers("".join(wanted.split()))


def _answers(wanted: str) -> list[Explanation]:
    ruled = [*_findings(wanted), *_mends(wanted), *_notes(wanted)]
    return [*ruled, *_words(wanted), *_kinds(wanted), *_fields(wanted), *_codes(wanted)]


def near_misses(word: str, most: int = 5) -> list[str]:
    """Known words that are written nearly like this one, the nearest first.

    >>> near_misses("E-NAME-KINDS")[0]
    'E-NAME-KIND'
    """
    wanted = _plain(word)
    known = {_plain(one): one for one in _vocabulary()}
    holding = [one for plain, one in known.items() if len(wanted) > 1 and wanted in plain]
    alike = [known[one] for one in difflib.get_close_matches(wanted, known, n=most, cutoff=0.6)]
    return list(dict.fromkeys([*alike, *sorted(holding, key=len)]))[:most]


def required_words(field: Field) -> str:
    """When the item must be filled in.

    >>> required_words(layout("UPPLAN").field("unit_points"))
    '必須'
    """
    return _REQUIRED.get(field.required, field.required)


def form_words(field: Field) -> str:
    """What a value looks like.

    >>> form_words(layout("UPPLAN").field("service_start_time"))
    '4桁の時刻(例: 0930)、または 9999'
    """
    if field.codes:
        words = f"コード({field.codes})"
    elif field.type == "unused":
        words = "使わない項目"
    else:
        words = FORMS[field.type].name_ja if field.type in FORMS else "文章"
    return f"{words}、または {field.sentinel}" if field.sentinel else words


def length_words(field: Field) -> str:
    """Length in half-width characters.

    >>> length_words(layout("UPPLAN").field("unit_points"))
    '6まで'
    """
    if field.length is None:
        return "決まりなし"
    return str(field.length) if field.exact else f"{field.length}まで"


def confidence_words(field: Field) -> str:
    """How sure the item is; where it differs, then how sure it is that the item is required or not.

    >>> confidence_words(layout("UPPLAN").field("unit_points"))
    '標準・必須は推定'
    """
    sure = CONFIDENCE[field.confidence]
    own = CONFIDENCE[field.required_confidence]
    return sure if own == sure else f"{sure}・必須は{own}"


# Finding codes -------------------------------------------------------------------------------------------------------


def _findings(wanted: str) -> Iterator[Explanation]:
    for code, rule in CATALOGUE.items():
        if _plain(code) == wanted:
            severities = "、".join(f"{name}は{_SEVERITIES[rule.severity(role)]}" for role, name in _ROLES.items())
            entries = (
                Entry("指摘", without_gaps(rule.message)),
                Entry("直し方", without_gaps(rule.remedy)),
                Entry("根拠", BASIS[rule.basis]),
                Entry("重さ", severities),
            )
            yield Explanation("finding", code, f"指摘 {code}", entries)


def _mends(wanted: str) -> Iterator[Explanation]:
    """What `renkei repair` mends, and what it leaves to people."""
    for code, rule in MENDS.items():
        if _plain(code) == wanted:
            asked = (Entry("直すのは", f"{rule.option} を付けたときだけです。"),) if rule.option else ()
            entries = (Entry("何を直すか", rule.title), Entry("どう直すか", rule.words), *asked)
            yield Explanation("mend", code, f"直すこと {code}(renkei repair)", entries)
    for code, rule in QUESTIONS.items():
        if _plain(code) == wanted:
            entries = (Entry("何が残ったか", rule.title), Entry("どうするか", rule.words))
            yield Explanation("question", code, f"人が直すこと {code}(renkei repair)", entries)


def _notes(wanted: str) -> Iterator[Explanation]:
    for code, (message, remedy) in NOTES.items():
        if _plain(code) == wanted:
            entries = (
                Entry("知らせ", without_gaps(message)),
                Entry("どうするか", without_gaps(remedy)),
                Entry("重さ", _NOTES[code[0]]),
            )
            yield Explanation("note", code, f"変換の知らせ {code}(renkei convert)", entries)


def _words(wanted: str) -> Iterator[Explanation]:
    for word, meaning in WORDS.items():
        if _plain(word) == wanted:
            yield Explanation("word", word, f"ことば {word}", (Entry("意味", meaning),))


# Kinds ---------------------------------------------------------------------------------------------------------------


def _kinds(wanted: str) -> Iterator[Explanation]:
    try:
        named = _plain(FileName.parse(wanted.upper()).kind)
    except BadName as bad:
        named = _plain(bad.kind or wanted)
    for kind in KINDS:
        name_ja = _plain(layout(kind).name_ja)
        if _plain(kind) == named or wanted in (name_ja, *name_ja.split()):
            yield _kind(kind)


def _kind(kind: str) -> Explanation:
    form = layout(kind)
    keys = ("insurer_number", "insured_person_number", *SAMENESS[kind].versions)
    counts = "、".join(
        f"{EDITIONS[version]} {layout(kind, version).columns}項目" for version in VERSIONS if kind in kinds(version)
    )
    entries = (
        Entry("ファイル", form.name_ja),
        Entry("向き", _DIRECTIONS.get(kind.partition("_")[0], _PLANNER)),
        Entry("送信単位", "\n".join(dict.fromkeys(_units(kind)))),
        Entry("ファイル名", _name_form(kind)),
        Entry("同じものを見分ける項目", "・".join(form.field(name).name_ja for name in keys)),
        Entry("項目の数", counts),
    )
    columns = ("番号", "項目", "英語名", "桁", "必須")
    rows = (
        (str(field.no), field.name_ja, field.name, length_words(field), required_words(field)) for field in form.fields
    )
    table = Table(f"{EDITIONS[CURRENT_VERSION]}の項目", columns, tuple(rows), numbers=frozenset({"番号"}))
    return Explanation("kind", kind, f"ファイルの種類 {kind}", entries, (table,))


def _units(kind: str) -> Iterator[str]:
    """The units that a file of this kind makes, and what must travel with it."""
    months = [None] if kind not in MONTH_KINDS else ["202612"]
    for month in [*months, *(["000000"] if kind == "UPHOSOKU" else [])]:
        name = FileName(kind, month, "1370100016", "43", "1370200014", "11", "20261125090000")
        for unit in group([str(name)])[0]:
            others = "、".join(f"{other}({layout(other).name_ja})" for other in missing(unit))
            yield unit.kind.label + (f" いっしょに送るもの: {others}" if others else "")


def _name_form(kind: str) -> str:
    month = "_対象年月" if kind in MONTH_KINDS else ""
    return f"{kind}{month}_送信元番号_種類_送信先番号_種類_連番.CSV"


# Items ---------------------------------------------------------------------------------------------------------------


def _fields(wanted: str) -> Iterator[Explanation]:
    kind_part, _, name = wanted.replace(":", ".").rpartition(".")
    found: dict[Field, list[str]] = {}
    for kind in KINDS:
        if kind_part in ("", _plain(kind)):
            for field in layout(kind).fields:
                if name in (_plain(field.name), _plain(field.name_ja)):
                    found.setdefault(_without_place(field), []).append(kind)
    for field, where in found.items():
        yield _field(field, where)


def _without_place(field: Field) -> Field:
    """The same item has another number in another kind, and often another confidence; the rest makes it the same."""
    return field._replace(no=0, confidence="", required_confidence="")


def _field(field: Field, where: Iterable[str]) -> Explanation:
    rows = []
    for kind in where:
        own = layout(kind).field(field.name)
        sure = confidence_words(own)
        editions = "\n".join(EDITIONS[v] for v in VERSIONS if kind in kinds(v) and _has(kind, v, field.name))
        rows.append((kind, layout(kind).name_ja, str(own.no), sure, editions))
    tables = [Table("この項目があるファイル", ("種類", "ファイル", "番号", "確かさ", "版"), tuple(rows))]
    if field.codes:
        codes = code_lists()[field.codes].items()
        tables.append(Table(f"コードの一覧 {field.codes}", ("コード", "意味"), tuple(codes)))
    entries = (
        Entry("英語名", field.name),
        Entry("形", form_words(field)),
        Entry("長さ(半角)", length_words(field)),
        Entry("必須", required_words(field)),
    )
    return Explanation("field", field.name, f"項目 {field.name_ja}", entries, tuple(tables))


def _has(kind: str, version: str, name: str) -> bool:
    return any(field.name == name for field in layout(kind, version).fields)


# Codes ---------------------------------------------------------------------------------------------------------------


def _codes(wanted: str) -> Iterator[Explanation]:
    list_part, _, code = wanted.replace(":", ".").rpartition(".")
    for name, meanings in code_lists().items():
        users = _users(name)
        if wanted == _plain(name):
            table = Table("", ("コード", "意味"), tuple(meanings.items()))
            yield Explanation("codes", name, f"コードの一覧 {name}", (Entry("使う項目", users),), (table,))
            continue
        if list_part not in ("", _plain(name)):
            continue
        hits = [(own, meaning) for own, meaning in meanings.items() if code in (_plain(own), _plain(meaning))]
        for own, meaning in hits:
            told = (Entry("意味", meaning), Entry("一覧", name), Entry("使う項目", users))
            yield Explanation("codes", own, f"コード {own}", told)
    if len(wanted) == 6 and not list_part and wanted[:2].upper() in code_lists()["service_type"]:
        meaning = code_lists()["service_type"][wanted[:2].upper()]
        words = "はじめの2桁がサービス種類、あとの4桁が項目です。項目の名前は、国のサービスコード表にあります。"
        entries = (Entry("サービス種類", f"{wanted[:2].upper()} {meaning}"), Entry("読み方", words))
        yield Explanation("codes", wanted.upper(), f"サービスコード {wanted.upper()}", entries)


def _users(codes: str) -> str:
    # １サービス種類コード to ９サービス種類コード are one item to a reader.
    names = dict.fromkeys(
        field.name_ja.lstrip("１２３４５６７８９")
        for kind in KINDS
        for field in layout(kind).fields
        if field.codes == codes
    )
    return "・".join(names) or "サービスコードのはじめの2桁など"


# Words ---------------------------------------------------------------------------------------------------------------


def _plain(word: str) -> str:
    """For looking up alone: width and case do not matter."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _vocabulary() -> Iterator[str]:
    for codes in (CATALOGUE, MENDS, QUESTIONS, NOTES, WORDS):
        yield from codes
    for kind in KINDS:
        yield kind
        yield layout(kind).name_ja
        for field in layout(kind).fields:
            yield field.name
            yield field.name_ja
    for name, meanings in code_lists().items():
        yield name
        yield from meanings.values()
