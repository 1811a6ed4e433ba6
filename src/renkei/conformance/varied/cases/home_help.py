"""訪問介護: two services of one number, two visits a day, nights, services without a time, a discount."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import extra, missed, moved, on, recounted, weekly, with_percentage
from ..model import Actuals, CarePlan, Case, Goal, Letter, Need, Person, Support, UseTable
from ..offices import AOZORA, SUZURAN_DAY, SUZURAN_HELP, TAKASAKI, TSUBAKI_HELP

HANA = Person(
    "0000001001",
    "髙﨑　ハナ",
    "ﾀｶｻｷ ﾊﾅ",
    "2",
    "19360303",
    TAKASAKI,
    "22",
    postal_code="190-9999",
    address="東京都架空市みどり町１－１　みどりﾊｲﾂ①",
    phone="042-000-0101",
)
_HELP = with_percentage(
    weekly(SUZURAN_HELP, "111111", "月水金", "0830-0900")
    + weekly(SUZURAN_HELP, "111112", "月水金", "1800-1830")
    + weekly(SUZURAN_HELP, "117211", "火", "1000-1045"),
    "116275",
    270,
)
_DAY = with_percentage(weekly(SUZURAN_DAY, "152442 155301", "木土", "0930-1640"), "156108", 111)
HANA_TABLE = UseTable(HANA, _HELP + _DAY)
HANA_PLAN = CarePlan(
    HANA,
    created_on="20261120",
    first_on="20240401",
    texts={
        "assessment_result_client_family_wishes": (
            '本人：「できることは自分で, ゆっくり続けたい」\r\n長女："また歩けるように" と願っている。\r\n\r\n'
            "㈱の寮に住む孫(ﾏｺﾞ)が ①月曜 ②金曜 に来る。～第ⅰ期から第ⅲ期～"
        ),
        "certification_board_opinion": "なし",
        "overall_support_policy": '・転びやすい時間帯(朝, 夕)に訪問します。\r\n・合言葉は "無理をしない"。',
        "living_support_reason": "3",
        "living_support_reason_other": '同居の家族が, 日中 "不在" のため',
    },
    needs=(
        Need(
            "足腰が弱り, 台所に立つのがつらい",
            (
                Goal(
                    "自分で朝食を用意できる",
                    "椅子に座って野菜を切れる\r\n(月に1回、様子を確かめる)",
                    (
                        Support("起床と着替えの介助", "訪問介護", SUZURAN_HELP, "週３回"),
                        Support("夕方の見守り, 服薬の確認", "訪問介護", SUZURAN_HELP, "週３回"),
                        Support('本人が "できること" を続ける', "本人", frequency="毎日", covered=""),
                    ),
                ),
                Goal(
                    "一人で近くの店まで歩ける",
                    "家の前の坂を歩ける",
                    (Support("買い物の同行", "長女", frequency="週１回", covered="N"),),
                ),
            ),
        ),
        Need(
            "風呂で転ぶのがこわい",
            (
                Goal(
                    "安心して入浴できる",
                    "週２回入浴する",
                    (Support("入浴の介助, 機能訓練", "通所介護", SUZURAN_DAY, "週２回"),),
                ),
            ),
        ),
    ),
    week=(
        ("身体介護１", "135", "0830", "0900"),
        ("身体介護１・夜", "135", "1800", "1830"),
        ("生活援助２", "2", "1000", "1045"),
        ('デイサービス, "入浴" あり', "46", "0930", "1640"),
    ),
    daily=(("起床", "0600", "0600"), ("朝食", "0700", "0740"), ("就寝", "2100", "2130")),
    other=("みどり架空病院　受診(月１回, 長女が付きそい)", "短期入所(必要なとき)"),
)

TWO_TYPES = Case(
    "two-types-one-number",
    "1つの事業所番号に訪問介護(11)と通所介護(15)",
    "宛先は番号とサービス種類の組なので、同じ計画と提供票が2通り届く。実績はサービス種類ごとに1ファイル。1日2回の訪問、"
    "同じ時刻の加算、時刻のない処遇改善加算(実績では単位数0)、文章の中のコンマ・引用符・改行・半角カナ・①㈱髙﨑。",
    (HANA,),
    (
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.CARE_PLAN, "20261120100000", (HANA_PLAN,)),
        Letter(TAKASAKI, SUZURAN_DAY, UnitKind.CARE_PLAN, "20261120100007", (HANA_PLAN,)),
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125090000", (HANA_TABLE,)),
        Letter(TAKASAKI, SUZURAN_DAY, UnitKind.USE_TABLE, "20261125090007", (HANA_TABLE,)),
        Letter(
            SUZURAN_HELP,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102090000",
            (
                Actuals.of(
                    HANA_TABLE,
                    SUZURAN_HELP,
                    changes=(*missed(_HELP, 16, "111112"), moved(_HELP, 4, "111111", "0850-0920")),
                ),
            ),
        ),
        Letter(
            SUZURAN_DAY,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102090007",
            (Actuals.of(HANA_TABLE, SUZURAN_DAY, changes=missed(_DAY, 24, "152442 155301")),),
        ),
    ),
)

YOSHI = Person("0000001002", "德田　ﾖｼ", "ﾄｸﾀﾞ ﾖｼ", "2", "19310707", TAKASAKI, "25")
_NIGHTS = (
    weekly(SUZURAN_HELP, "111113", "土日", "2350-0020")
    + on(SUZURAN_HELP, "111113", (31,), "2350-0020")
    + weekly(SUZURAN_HELP, "111113", "水", "2330-2400")
    + weekly(SUZURAN_HELP, "111111", "水", "0700-0730")
)
YOSHI_TABLE = UseTable(YOSHI, _NIGHTS)
NIGHTS = Case(
    "past-midnight",
    "日をまたぐ訪問と、24時に終わる訪問",
    "終わりが始まりより早い行(2350～0020)は翌日に終わり、利用日は始まった日(31日の分は、翌月1日に終わる)。2400 は終わりとしてだけ使う。",
    (YOSHI,),
    (
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125091000", (YOSHI_TABLE,)),
        Letter(
            SUZURAN_HELP,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102091000",
            (Actuals.of(YOSHI_TABLE, SUZURAN_HELP, changes=(moved(_NIGHTS, 12, "111113", "2330-2400"),)),),
        ),
    ),
)

ISAMU = Person("0000001003", "濵口　勇", "ﾊﾏｸﾞﾁ ｲｻﾑ", "1", "19420115", AOZORA, "21", insurer="139980")
_RIDES = on(TSUBAKI_HELP, "118111", (3, 17), count=2)
_CARE = weekly(TSUBAKI_HELP, "111211", "月木", "1300-1400", discount_rate=95)
ISAMU_TABLE = UseTable(ISAMU, _RIDES + _CARE)
COUNTS = Case(
    "count-and-discount",
    "時刻のない1日2回のサービスと、割引",
    "通院等乗降介助は時刻9999で回数2、実績は1回だけ。身体介護２は5%引き(387→368単位)で、第6表は引いたあと、"
    "第7表は引く前・割引後率・引いたあとを書く。予定になかった訪問も1回ある。",
    (ISAMU,),
    (
        Letter(AOZORA, TSUBAKI_HELP, UnitKind.USE_TABLE, "20261125092000", (ISAMU_TABLE,)),
        Letter(
            TSUBAKI_HELP,
            AOZORA,
            UnitKind.ACTUAL,
            "20270102092000",
            (
                Actuals.of(
                    ISAMU_TABLE,
                    TSUBAKI_HELP,
                    changes=(
                        recounted(_RIDES, 17, "118111", 1),
                        *extra(*on(TSUBAKI_HELP, "111211", (19,), "1300-1400", discount_rate=95)),
                    ),
                ),
            ),
        ),
    ),
)

CASES = (TWO_TYPES, NIGHTS, COUNTS)
