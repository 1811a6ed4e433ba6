"""`renkei office`: the program of one office. Exit status 0 fine, 1 something needs mending, 2 could not run."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from renkei.standard.troubles import reason

from . import office_attach, office_certificates

if TYPE_CHECKING:
    from renkei.client import Office
    from renkei.standard.findings import Finding

    _Deeds = argparse._SubParsersAction[argparse.ArgumentParser]


class _Saying(NamedTuple):
    """A step that a person decides: its name in receipts, the help, what is printed when it is done."""

    step: str
    text: str
    done: str
    needs_words: bool = False


_SAYINGS = {
    "withdraw": _Saying("withdrawn", "送ったものを、相手が受け取る前に取り消します", "取り消しました"),
    "ask-change": _Saying("change_requested", "受け取られたあとで、変更をお願いします", "お願いしました", True),
    "accept-change": _Saying("change_accepted", "変更のお願いを引き受けます", "引き受けると知らせました"),
    "decline-change": _Saying("change_declined", "変更のお願いを断ります", "断ると知らせました", True),
    "recall": _Saying("recall_requested", "まちがえて送ったものの回収を求めます", "回収を求めました", True),
    "confirm-deletion": _Saying(
        "deletion_confirmed", "回収を求められたものを、すべて消したと知らせます", "消したと知らせました"
    ),
    "decline-recall": _Saying("recall_declined", "回収を断ります", "断ると知らせました", True),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `renkei office`."""
    parser.description = (
        "事業所のフォルダを使って、ケアプラン・提供票・実績のファイルを送り、受け取ります。\n"
        "終了コード: 0 問題なし、1 直すところがあります、2 実行できませんでした。"
    )
    parser.epilog = "例: renkei office send --folder 事業所"
    deeds = parser.add_subparsers(dest="deed", metavar="すること", title="すること", required=True)
    _add_create(deeds)
    office_certificates.add(deeds, _deed)
    install = _deed(deeds, "install", "証明書を入れます", "renkei office install 証明書.pem")
    install.add_argument("certificate", nargs="?", type=Path, metavar="証明書.pem", help="運営者から届いた証明書")
    install.add_argument("--hub", action="store_true", help="ハブの受領証の証明書を登録し直します")
    send = _deed(deeds, "send", "送信箱 (outbox) のファイルを調べ、署名して送ります", "renkei office send")
    office_certificates.add_renew(send)
    send.add_argument(
        "paths", nargs="*", type=Path, metavar="ファイル", help="送るファイルやフォルダ (なければ outbox 全部)"
    )
    send.add_argument(
        "--approved", action="store_true", help="画面の「送るもの」で承認され、署名を待っているものも、署名して送ります"
    )
    office_attach.add(deeds, _deed)
    collect = _deed(deeds, "collect", "届いたファイルを受信箱 (inbox) に受け取ります", "renkei office collect")
    office_certificates.add_renew(collect)
    report = _deed(deeds, "report", "受け取ったものを読み込めたかどうかを知らせます", "renkei office report --check")
    report.add_argument("ids", nargs="*", metavar="番号", help="送信の番号 (なければ、まだ知らせていないもの全部)")
    how = report.add_mutually_exclusive_group()
    how.add_argument("--failed", action="store_true", help="読み込めなかったと知らせます")
    how.add_argument("--check", action="store_true", help="介護ソフトの代わりにファイルを調べ、その結果を知らせます")
    for name, word in _SAYINGS.items():
        say = _deed(deeds, name, word.text, f"renkei office {name} 番号{' --words 「…」' if word.needs_words else ''}")
        say.add_argument("id", metavar="番号", help="送信の番号 (renkei office list の最後の列)")
        say.add_argument("--words", default="", required=word.needs_words, metavar="言葉", help="相手に伝える言葉")
    words = _deed(
        deeds, "words", "お願いと返事の言葉を読みます(読んだ記録がハブに残ります)", "renkei office words 番号"
    )
    words.add_argument("id", metavar="番号", help="送信の番号")
    _deed(deeds, "list", "送ったもの・受け取ったものの台帳を表示します", "renkei office list --folder 事業所")
    _deed(
        deeds,
        "notices",
        "いま知っておくこと(返事を待つもの、開かれていないもの、そろわない実績など)を表示します",
        "renkei office notices",
    )
    _deed(deeds, "verify", "台帳の受領証と署名を、ハブにつながずに確かめます", "renkei office verify")


def run(options: argparse.Namespace) -> int:
    """Carry out one sub-command."""
    from renkei.client import ClientError
    from renkei.trust.errors import TrustError

    deeds: dict[str, Callable[[argparse.Namespace], int]] = {
        "create": _create,
        "join": office_certificates.join,
        "renew": office_certificates.renew,
        "trust": office_certificates.trust,
        "check-certificate": office_certificates.check_certificate,
        "install": _install,
        "send": _send,
        "attach": office_attach.run,
        "collect": _collect,
        "report": _report,
        "list": _list,
        "notices": _notices,
        "verify": _verify,
        "words": _words,
    }
    deeds |= dict.fromkeys(_SAYINGS, _say)
    try:
        return deeds[options.deed](options)
    except (ClientError, TrustError) as error:
        print(f"{error.message}{error.remedy}({error.code})", file=sys.stderr)
    except BrokenPipeError:
        raise  # `renkei office list | head`: no file's fault
    except OSError as error:
        print(f"ファイルを読み書きできません({reason(error)})。場所と権限を確かめてください。", file=sys.stderr)
    return 2


def _deed(deeds: _Deeds, name: str, text: str, example: str) -> argparse.ArgumentParser:
    parser = deeds.add_parser(name, help=text, description=text, epilog=f"例: {example}")
    parser.add_argument(
        "--folder", type=Path, default=Path(), metavar="フォルダ", help="事業所のフォルダ (なければ、今いるフォルダ)"
    )
    return parser


def _add_create(deeds: _Deeds) -> None:
    example = (
        "renkei office create --folder 事業所 --hub https://hub.example --office 1370100016 --service 43 "
        "--name やまぶき --root root.pem"
    )
    create = _deed(deeds, "create", "事業所のフォルダと鍵を作ります", example)
    create.add_argument("--hub", required=True, metavar="アドレス", help="ハブのアドレス (https://…)")
    create.add_argument("--office", required=True, metavar="番号", help="事業所番号 (10文字)")
    create.add_argument("--service", required=True, metavar="種類", help="サービス種類 (2文字。居宅介護支援は 43)")
    create.add_argument("--name", required=True, metavar="名称", help="事業所の名前")
    create.add_argument(
        "--root",
        required=True,
        type=Path,
        action="append",
        metavar="PEM",
        help="信頼する認証局の証明書 (運営者から受け取ります。何度でも)",
    )
    create.add_argument("--tls-ca", type=Path, metavar="PEM", help="ハブの TLS が独自の認証局のとき、その証明書")


def _open(options: argparse.Namespace) -> Office:
    from renkei.client import Office

    return Office.open(options.folder)


def _create(options: argparse.Namespace) -> int:
    from renkei.client import Office

    office = Office.create(
        options.folder,
        options.hub,
        options.office,
        options.service,
        options.name,
        roots=options.root,
        tls_ca=options.tls_ca,
    )
    print(f"事業所のフォルダを作りました: {office.folder.root}")
    print(f"次に、この申請書を運営者に渡してください: {office.folder.request}")
    print(f"証明書が届いたら: renkei office install --folder {shlex.quote(str(options.folder))} 証明書.pem")
    return 0


def _install(options: argparse.Namespace) -> int:
    office = _open(options)
    if not options.certificate and not options.hub:
        print("証明書のファイルか --hub を指定してください。", file=sys.stderr)
        return 2
    if options.hub:
        office.pin_hub()
        print("ハブの受領証の証明書を登録しました。")
    if options.certificate:
        office.install_certificate(options.certificate)
        print("事業所の証明書を入れました。")
    return 0


def _send(options: argparse.Namespace) -> int:
    from . import office_output as output

    office = _open(options)
    office_certificates.renew_in_time(office, options.renew)
    with output.progress() as progress:
        results = office.send(options.paths or None, progress)
        if options.approved:
            results += office.send_approved(progress)
    output.sent(results)
    return output.status([result.outcome for result in results])


def _collect(options: argparse.Namespace) -> int:
    from . import office_output as output

    office = _open(options)
    office_certificates.renew_in_time(office, options.renew)
    with output.progress() as progress:
        results = office.collect(progress)
    output.collected(results)
    return output.status([result.outcome for result in results])


def _report(options: argparse.Namespace) -> int:
    from . import office_output as output

    if options.check and options.ids:
        print("--check のときは、番号を指定できません。", file=sys.stderr)
        return 2
    if options.failed and not options.ids:
        print("--failed のときは、読み込めなかった送信の番号を指定してください。", file=sys.stderr)
        return 2
    office = _open(options)
    with output.progress() as progress:
        findings: list[Finding] | None = [] if options.failed else None
        results = (
            office.reference_import(progress)
            if options.check
            else office.report(options.ids or None, findings, progress)
        )
    output.reported(results)
    status = output.status([result.outcome for result in results])
    return status or int(any(result.findings for result in results))


def _say(options: argparse.Namespace) -> int:
    from . import office_output as output

    saying = _SAYINGS[options.deed]
    told = _open(options).say(options.id, saying.step, options.words)
    output.told(told, saying.done)
    return output.status([told.outcome])


def _words(options: argparse.Namespace) -> int:
    from . import office_output as output

    output.said(_open(options).said(options.id))
    return 0


def _list(options: argparse.Namespace) -> int:
    from . import office_output as output

    office = _open(options)
    output.ledger(office.ledger())
    if office.folder.certificate.exists():
        office_certificates.speak_of_end(office)
    return 0


def _notices(options: argparse.Namespace) -> int:
    from . import office_output as output

    office = _open(options)
    output.reminders(office.reminders())
    office_certificates.speak_of_end(office)
    return 0


def _verify(options: argparse.Namespace) -> int:
    from . import office_output as output

    verified = _open(options).verify()
    output.verified(verified)
    return int(any(one.troubles for one in verified))
