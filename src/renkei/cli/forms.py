"""`renkei forms`: files of the standard as the forms that people know, to be printed."""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from renkei.forms import kinds
from renkei.forms.choosing import Sheet, Wish, blank, choose, narrowed
from renkei.forms.covered import CoverSheet, with_covers
from renkei.forms.filling.cover_sheet import Office
from renkei.forms.pile import Pile
from renkei.forms.printing import Document, Format, Printed, StoppedError, print_all
from renkei.forms.rendering import FormError
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.sheets import Contents, people_of
from renkei.standard.troubles import reason

from . import service_table
from .files import CannotRunError, never_fail_to_print, telling
from .forms_offices import offices
from .forms_placing import Targets, place, refuse_taken, tell_left_behind
from .forms_sets import Each, documents
from .forms_telling import tell_left_out, tell_missing, tell_others, tell_undrawn, tell_written
from .reading import Reading, charts, read
from .workshop import workshop

_MONTH = re.compile(r"[12]\d{3}(0[1-9]|1[0-2])", re.ASCII)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "ファイル・送信単位・フォルダから、見なれた様式(第1〜3表、第6表、第7表、予防の計画書など)の PDF を作ります。\n"
        "同じ相手・同じ人・同じ月のものがいくつもあるときは、いちばん新しいものだけにします。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei forms 提供票フォルダ/\n"
        "  renkei forms 提供票フォルダ/ --only 第6表 第7表 --out 12月.pdf\n"
        "  renkei forms 提供票フォルダ/ --client --person 0000000001\n"
        "  renkei forms 提供票フォルダ/ --each partner --out 印刷/\n"
        "  renkei forms --blank 第6表\n\n"
        "終了コード: 0 すべて作った、1 読めないもの・誤り・描けないものがあった、2 作れなかった"
    )
    parser.add_argument("paths", nargs="*", metavar="ファイル・フォルダ", help="様式にするファイルかフォルダ")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="書くところ",
        help="PDF の名前。--each と --svg ではフォルダ (なければ、今いるフォルダの 帳票.pdf か 帳票)",
    )
    _choosing(parser)
    _covering(parser)
    service_table.argument(parser, "--services")
    parser.add_argument(
        "--each", choices=list(Each), help="person 1人ずつ、partner 相手の事業所ごとに、別の PDF にします"
    )
    parser.add_argument("--svg", action="store_true", help="PDF ではなく、1ページずつの絵(SVG)にします")
    parser.add_argument("--html", action="store_true", help="読み上げと検索のための HTML の表も、横に書きます")
    parser.add_argument("--force", action="store_true", help="書くところに同じ名前のファイルがあっても、書きかえます")


def _choosing(parser: argparse.ArgumentParser) -> None:
    labels = "、".join(dict.fromkeys(kind.label for kind in kinds.FORM_KINDS))
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="様式", help=f"この様式だけにします: {labels}"
    )
    parser.add_argument("--person", metavar="番号", help="この被保険者番号の人だけにします")
    parser.add_argument("--month", metavar="年月", help="この月の提供票・実績だけにします(例: 202612)")
    parser.add_argument("--partner", metavar="番号", help="この事業所番号の相手とやりとりしたものだけにします")
    parser.add_argument(
        "--client",
        action="store_true",
        help="利用者に渡す控えにします。何か所に送った提供票も、利用票は1人1か月に1つです",
    )
    parser.add_argument("--family", action="store_true", help="家族むけの週(色と言葉の第3表)も作ります")
    parser.add_argument("--large", action="store_true", help="大きな字にします(様式の枠はありません)")
    parser.add_argument("--blank", metavar="様式", help="何も書いていない様式を作ります(ファイルは要りません)")


def _covering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cover", action="store_true", help="相手の事業所ごとに並べ、送付状を付けます")
    parser.add_argument("--masked", action="store_true", help="送付状の氏名の、2字めからを○にします")
    parser.add_argument(
        "--offices",
        type=Path,
        metavar="ファイル",
        help="送付状と家族の週に書く事業所の一覧(タブ区切り、見出し office_number、name、phone、fax、person)",
    )


def run(options: argparse.Namespace) -> int:
    """Makes the forms; 1 where something could not be read or is at fault, 2 where nothing was made."""
    never_fail_to_print()
    options.client = options.client or any(map(kinds.is_for_client, [*options.only, options.blank or ""]))
    try:
        _need_parts()
        return _blank(options) if options.blank else _forms(options)
    except CannotRunError as error:
        print(f"renkei forms: {error}", file=sys.stderr)
    except StoppedError:
        print(
            "renkei forms: 描くプロセスが途中で止まりました。メモリーが足りなければ、ほかのプログラムを終えるか、"
            "--partner や --person で少しずつ作ってください。何も書いていません。",
            file=sys.stderr,
        )
    except FormError as error:
        print(f"renkei forms: 様式を描けませんでした({error})。何も書いていません。", file=sys.stderr)
    except OSError as error:
        print(f"renkei forms: 書けません({reason(error)})。何も書いていません。", file=sys.stderr)
    return 2


def _need_parts() -> None:
    if any(importlib.util.find_spec(part) is None for part in ("typst", "fontTools")):
        raise CannotRunError("様式を描く部品がありません。入れるには: pip install 'renkei[forms]'")


def _forms(options: argparse.Namespace) -> int:
    known = offices(options.offices)
    wish = _wish(options, known)
    services = service_table.table(options.services)
    if not options.paths:
        raise CannotRunError("様式にするファイルかフォルダを書いてください。例: renkei forms 提供票フォルダ/")
    if options.client and (options.each == Each.PARTNER or options.cover):
        raise CannotRunError(
            "利用者の控え(--client、利用票)は1人ずつです。--each partner や --cover といっしょには使えません。"
        )
    if options.cover and options.each == Each.PERSON:
        raise CannotRunError("送付状は相手の事業所ごとです。--cover と --each person は、いっしょには使えません。")
    pile = Pile()
    reading = read(options.paths, take=pile.add)
    chosen = choose(pile, wish, charts(options.paths), services)
    if not chosen.sheets:
        reading.tell()
        tell_left_out(chosen)
        raise CannotRunError(
            "印刷する様式がありません。ファイルと、--only・--person・--month などの指定を確かめてください。"
        )
    format = Format.SVG if options.svg else Format.PDF
    targets = Targets.of(options.out, is_folder=bool(options.each or options.svg))
    page = partial(_page, pile, reading, wish) if options.html else None
    sheets: Sequence[Sheet | CoverSheet] = chosen.sheets
    if options.cover:
        today = datetime.now().astimezone().strftime("%Y%m%d")
        sheets = with_covers(chosen.sheets, pile, wish, known, sent_on=today, is_masked=options.masked)
    made = _draw(sheets, options, targets, format, page)
    undrawn = [one for printed in made for one in printed.undrawn]
    tell_undrawn(undrawn, with_covers=options.cover)
    if not any(printed.sheets for printed in made):
        raise CannotRunError("様式を1件も描けませんでした。何も書いていません。")
    drawn = Counter(sheet.person for sheet in chosen.sheets) - Counter(one.person for one in undrawn)
    tell_written(targets, made, people=len(drawn))
    tell_others(targets, made)
    reading.tell()
    tell_left_out(chosen)
    tell_missing(made)
    return 0 if reading.is_sound and not undrawn else 1


def _draw(
    sheets: Sequence[Sheet | CoverSheet],
    options: argparse.Namespace,
    targets: Targets,
    format: Format,
    page: Callable[[], str] | None,
) -> list[Printed]:
    wanted = documents(sheets, targets.stem, options.each)
    if format is Format.PDF:
        refuse_taken([targets.folder / f"{one.name}.pdf" for one in wanted], is_forced=options.force)
    tell = telling(len(sheets), "描いています")
    made: list[Printed] = []
    tell_left_behind(targets.folder)
    with workshop(targets.folder) as folder:
        for printed in print_all(wanted, folder, format):
            made.append(printed)
            tell(sum(one.sheets + len(one.undrawn) for one in made))
        files = [file for one in made for file in one.files]
        if files and page is not None:
            files.append(folder / f"{targets.stem}.html")
            files[-1].write_text(page(), encoding="utf-8")
        place(files, targets.folder, is_forced=options.force)
    return made


def _blank(options: argparse.Namespace) -> int:
    sheet = blank(_named(options.blank), for_client=options.client)
    format = Format.SVG if options.svg else Format.PDF
    targets = Targets.of(options.out or Path(f"{sheet.kind.label}.pdf"), is_folder=options.svg)
    tell_left_behind(targets.folder)
    with workshop(targets.folder) as folder:
        [made] = print_all([Document(targets.stem, sheet.title, (sheet,))], folder, format)
        if made.undrawn:
            raise FormError(sheet.kind.label)
        place(made.files, targets.folder, is_forced=options.force)
    tell_written(targets, [made], people=0)
    return 0


def _wish(options: argparse.Namespace, known: Mapping[str, Office]) -> Wish:
    if options.month and not _MONTH.fullmatch(options.month):
        raise CannotRunError("--month は年と月の6桁で書いてください(例: 202612)。")
    return Wish(
        only=[_named(word) for word in options.only],
        also=["family-week"] if options.family else [],
        insured=options.person,
        month=options.month,
        partner=options.partner,
        for_client=options.client,
        is_large=options.large,
        phones={number: office.phone for number, office in known.items() if office.phone},
    )


def _named(word: str) -> str:
    name = kinds.name_of(word)
    can_be_drawn = {kind.name: kind.label for kind in kinds.FORM_KINDS}
    if name not in can_be_drawn:
        raise CannotRunError(f"「{word}」という様式はありません。選べるのは {'、'.join(can_be_drawn.values())} です。")
    return name


def _page(pile: Pile, reading: Reading, wish: Wish) -> str:
    people = tuple(person for papers in narrowed(pile, wish) for person in people_of(papers))
    return as_html(Contents(people, tuple(reading.unread), (), tuple(reading.faulty)), "帳票")
