"""介護予防・総合事業: an entrusted client, one of the centre's own, 事業対象者, and deletions."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import flags, missed, on, rented, weekly
from ..model import Actuals, Basics, Case, Deletion, Letter, Person, PreventionPlan, Thing, UseTable
from ..offices import (
    AKANE_PREVENTION_RENTAL,
    AOZORA,
    CENTRE,
    CENTRE_COMMUNITY,
    COMMUNITY_DAY,
    COMMUNITY_HELP,
    PREVENTION_BATH,
    PREVENTION_NURSE,
)
from ..picture import FAMILY_CHART, jpeg

# The centre is responsible for the plan; あおぞら makes it for the centre.
NOBU = Person(
    "0000001071",
    "小鳥遊　のぶ",
    "ﾀｶﾅｼ ﾉﾌﾞ",
    "2",
    "19460214",
    CENTRE,
    "13",
    address="東京都架空市みどり町２－５",
    phone="042-000-0171",
)
NOBU_BASICS = Basics(
    NOBU,
    consulted_on="20261110",
    items={
        "prevention_plan_kind": "1",
        "outsourcing": "2",
        "created_by_name": "栁原　予防",
        "consultation_method": "03",
        "consultation_method_other": "自宅を訪問, 長男が同席",
        "consultation_count_kind": "02",
        "previous_consultation_date": "20260512",
        "client_situation": "01",
        "disability_independence_level": "11",
        "dementia_independence_level": "02",
        "care_level": "13",
        "certification_valid_from": "20260401",
        "certification_valid_to": "20280331",
        "previous_care_level": "12",
        "checklist_result": "1",
        "checklist_date": "20261110",
        "disability_cert_physical": "0",
        "housing_form": "05",
        "own_room_floor": "2",
        "home_modification": "1",
        "income_national_pension": "1",
        "income_detail": "国民年金のみ, 持ち家",
        "visitor_name": "小鳥遊　守",
        "visitor_relationship": "長男",
        "emergency_contact_1_name": "小鳥遊　守",
        "emergency_contact_1_relationship": "長男",
        "emergency_contact_1_address": "携帯：090-0000-0171 (日中)",
        "emergency_contact_1_phone": "042-000-0172",
        "family_situation": '長男夫婦と "二世帯" で暮らす。\r\n食事は別。',
        "life_history": "みどり町で生まれ, 和裁の仕事を60歳まで続けた。",
        "hobbies": "編み物, ﾗｼﾞｵ体操",
        "consent_date": "20261110",
        "consenting_person_name": "小鳥遊　のぶ",
    },
    day=(
        ("6:00", "起床、ﾗｼﾞｵ体操", ""),
        ("7:30", "朝食(自分で用意)", "長男夫婦が出勤"),
        ("13:00", "昼寝, 編み物", ""),
        ("21時ごろ", "就寝", "帰宅、夕食"),
    ),
    illnesses=(
        {
            "onset_date_text": "平成30年5月",
            "disease_name": "変形性膝関節症(右)",
            "medical_institution_doctor": "みどり架空病院　整形外科",
            "attending_doctor_flag": "1",
            "medical_institution_phone": "042-000-0199",
            "disease_course": "01",
            "treatment_detail": "ヒアルロン酸の注射, 月１回",
        },
        {"onset_date_text": "2023/6", "disease_name": "高血圧", "attending_doctor_flag": "2", "disease_course": "02"},
    ),
    picture=jpeg(FAMILY_CHART),
)
NOBU_PLAN = PreventionPlan(
    NOBU,
    created_on="20261118",
    items={
        "prevention_plan_kind": "1",
        "outsourcing": "2",
        "reference_number": "予-0071",
        "plan_category": "21",
        "support_level": "2",
        "centre_staff_name": "栁原　予防",
        "care_manager_name": "神﨑　計画",
        "plan_author_office_name": "㈱あおぞら居宅介護支援事業所",
        "first_plan_date": "20250401",
        "support_centre_name": "地域包括支援センター　みどり",
        "target_life_day": "毎日, 庭に出る",
        "target_life_year": "春に, 孫と花見に行く",
        "mobility_current": "つえで200mほど歩ける。",
        "mobility_wishes": '「転びたくない」\r\n"もう一度, 駅まで歩きたい"',
        "mobility_has_issue": "1",
        "mobility_issue_background": "膝の痛みで, 外出が減った",
        "home_life_has_issue": "2",
        "social_has_issue": "2",
        "health_has_issue": "1",
        "checklist_count_exercise": "3",
        "checklist_count_nutrition": "0",
        "program_needed_exercise": "1",
        "program_needed_nutrition": "2",
        "overall_policy": "膝の様子を見ながら, 歩く機会をふやす。",
        "consent_date": "20261120",
        "consenting_person_name": "小鳥遊　のぶ",
    },
    issues=(
        (
            {
                "overall_issue": "膝の痛みで外出が減り, 足の力が落ちている",
                "goal_and_measure_proposal": "痛みを抑えながら歩く量をふやす",
                "client_family_intention": "本人：やってみたい",
                "goal": "３か月後に, 公園まで歩ける",
            },
            (
                (
                    {
                        "support_point": "無理をしない",
                        "self_care_informal": "本人：毎朝の体操\r\n長男：休みの日に散歩",
                        "insured_or_community_service": "膝の状態の確認と運動の指導",
                    },
                    (
                        {
                            "used_service_type_name": "介護予防訪問看護",
                            "used_service_office_name": "訪問看護ステーション　㈲ⅲ",
                            "used_service_period": "R8.12～R9.5",
                        },
                        {
                            "used_service_type_name": "介護予防福祉用具貸与",
                            "used_service_office_name": "あかねケアⅡ　福祉用具",
                            "used_service_period": "R8.12～",
                        },
                    ),
                ),
                (
                    {"support_point": "転ばない工夫", "insured_or_community_service": "手すりの位置の見直し"},
                    (
                        {
                            "used_service_type_name": "介護予防福祉用具貸与",
                            "used_service_office_name": "あかねケアⅡ　福祉用具",
                        },
                    ),
                ),
            ),
        ),
        (
            {"overall_issue": "血圧の管理", "goal": "毎日, 血圧を測って書く"},
            (({"self_care_informal": "本人：血圧手帳"}, ({"used_service_type_name": "本人"},)),),
        ),
    ),
)
_NURSING = weekly(PREVENTION_NURSE, "631010", "水", "1400-1420")
_RAIL = rented(AKANE_PREVENTION_RENTAL, Thing("671007", "据置手すり（玄関）", 300, tais="99003-000031"))
NOBU_TABLE = UseTable(NOBU, _NURSING + _RAIL)
_NURSING_DONE = Actuals.of(NOBU_TABLE, PREVENTION_NURSE, changes=missed(_NURSING, 30, "631010"))
_RAIL_DONE = Actuals.of(NOBU_TABLE, AKANE_PREVENTION_RENTAL)
ENTRUSTED = Case(
    "entrusted",
    "地域包括支援センター(46)が居宅介護支援事業所(43)に委託した要支援２の人",
    "センター → あおぞら: 利用者基本情報(別表1・別表2・家族構成の写真つき)。あおぞら → センターとサービス事業所: "
    "支援計画書と提供票。実績はあおぞらに返り、あおぞらがセンターへ提供票といっしょに回す。"
    "プラン担当業者コードはセンターの番号。",
    (NOBU,),
    (
        Letter(CENTRE, AOZORA, UnitKind.CLIENT_BASICS, "20261110150000", (NOBU_BASICS,)),
        Letter(AOZORA, CENTRE, UnitKind.PREVENTION_PLAN, "20261120150000", (NOBU_PLAN, NOBU_BASICS)),
        Letter(AOZORA, PREVENTION_NURSE, UnitKind.PREVENTION_PLAN, "20261120150007", (NOBU_PLAN,)),
        Letter(AOZORA, PREVENTION_NURSE, UnitKind.CLIENT_BASICS, "20261120150014", (NOBU_BASICS,)),
        Letter(AOZORA, PREVENTION_NURSE, UnitKind.USE_TABLE, "20261125150000", (NOBU_TABLE,)),
        Letter(AOZORA, AKANE_PREVENTION_RENTAL, UnitKind.USE_TABLE, "20261125150007", (NOBU_TABLE,)),
        Letter(PREVENTION_NURSE, AOZORA, UnitKind.ACTUAL, "20270102150000", (_NURSING_DONE,)),
        Letter(AKANE_PREVENTION_RENTAL, AOZORA, UnitKind.ACTUAL, "20270102150007", (_RAIL_DONE,)),
        Letter(AOZORA, CENTRE, UnitKind.USE_TABLE, "20270104150000", (NOBU_TABLE,)),
        Letter(AOZORA, CENTRE, UnitKind.ACTUAL, "20270104150007", (_NURSING_DONE, _RAIL_DONE)),
    ),
)

GEN = Person("0000001072", "架空　源", "ｶｸｳ ｹﾞﾝ", "1", "19441231", CENTRE, "12", insurer="139980")
_GEN_TABLE = UseTable(GEN, on(PREVENTION_BATH, "621111", (1, 15, 29), "1000-1050") + on(COMMUNITY_HELP, "A21111", (4,)))
_GEN_BASICS = {
    "prevention_plan_kind": "1",
    "outsourcing": "1",
    "client_situation": "02",
    "client_situation_detail": "12月1日に退院の予定",
    "care_level": "12",
}
OWN = Case(
    "own-prevention",
    "センターが自分で担当する要支援１の人",
    "センター(46)がサービス事業所と直接やりとりする。予防給付(62)と、月ごとに決まる総合事業(A2)を合わせて使う。"
    "入院中に相談した人で、写真も別表もない基本情報。",
    (GEN,),
    (
        Letter(
            CENTRE,
            PREVENTION_BATH,
            UnitKind.CLIENT_BASICS,
            "20261112151000",
            (Basics(GEN, consulted_on="20261112", items=_GEN_BASICS),),
        ),
        Letter(CENTRE, PREVENTION_BATH, UnitKind.USE_TABLE, "20261125151000", (_GEN_TABLE,)),
        Letter(CENTRE, COMMUNITY_HELP, UnitKind.USE_TABLE, "20261125151007", (_GEN_TABLE,)),
        Letter(PREVENTION_BATH, CENTRE, UnitKind.ACTUAL, "20270102151000", (Actuals.of(_GEN_TABLE, PREVENTION_BATH),)),
        Letter(COMMUNITY_HELP, CENTRE, UnitKind.ACTUAL, "20270102151007", (Actuals.of(_GEN_TABLE, COMMUNITY_HELP),)),
    ),
)

# Nobody certified: the checklist made her one.
TOYO = Person(
    "0000001073",
    "山﨑　トヨ",
    "ﾔﾏｻﾞｷ ﾄﾖ",
    "2",
    "19480315",
    CENTRE_COMMUNITY,
    "06",
    status="",
    certified_on="",
    valid_from="",
    valid_to="",
)
_TOYO_TABLE = UseTable(
    TOYO,
    on(COMMUNITY_DAY, "A61111", (2,)) + on(COMMUNITY_HELP, "A22111", (10,), per_diem=flags(10)),
)
_TOYO_BASICS = Basics(
    TOYO,
    consulted_on="20261113",
    items={"prevention_plan_kind": "2", "outsourcing": "1", "checklist_result": "1", "checklist_date": "20261113"},
    day=(("朝", "畑の世話", ""),),
)
_TOYO_PLAN = PreventionPlan(
    TOYO,
    created_on="20261119",
    items={"prevention_plan_kind": "2", "outsourcing": "1", "support_level": "3", "plan_category": "11"},
    issues=(({"overall_issue": "外出が減った"}, (({}, ({"used_service_type_name": "通所型サービス"},)),)),),
)
COMMUNITY = Case(
    "community-programme",
    "事業対象者(06)の総合事業",
    "センターは種類AF(介護予防ケアマネジメント)で送る。月ごとに決まる通所型(A6)と、10日に始まった訪問型の日割(A2)。"
    "基本情報の区分には06がないので空。",
    (TOYO,),
    (
        Letter(
            CENTRE_COMMUNITY, COMMUNITY_HELP, UnitKind.PREVENTION_PLAN, "20261119152000", (_TOYO_PLAN, _TOYO_BASICS)
        ),
        Letter(CENTRE_COMMUNITY, COMMUNITY_HELP, UnitKind.USE_TABLE, "20261125152000", (_TOYO_TABLE,)),
        Letter(CENTRE_COMMUNITY, COMMUNITY_DAY, UnitKind.USE_TABLE, "20261125152007", (_TOYO_TABLE,)),
        Letter(
            COMMUNITY_HELP,
            CENTRE_COMMUNITY,
            UnitKind.ACTUAL,
            "20270102152000",
            (Actuals.of(_TOYO_TABLE, COMMUNITY_HELP),),
        ),
        Letter(
            COMMUNITY_DAY,
            CENTRE_COMMUNITY,
            UnitKind.ACTUAL,
            "20270102152007",
            (Actuals.of(_TOYO_TABLE, COMMUNITY_DAY),),
        ),
    ),
)

HISA = Person("0000001074", "佐々木　ヒサ", "ｻｻｷ ﾋｻ", "2", "19470707", CENTRE, "12")
_HISA_BASICS = Basics(HISA, consulted_on="20261116", items={"prevention_plan_kind": "1", "outsourcing": "1"})
_HISA_PLAN = PreventionPlan(
    HISA,
    created_on="20261117",
    items={"prevention_plan_kind": "1", "outsourcing": "1", "support_level": "1"},
    issues=(({"overall_issue": "入浴が不安"}, (({}, ({"used_service_type_name": "訪問入浴"},)),)),),
)
DELETED = Case(
    "prevention-deletions",
    "基本情報と支援計画書を取り消す(DLTKIHON、DLTYOBO)",
    "利用をやめた人の基本情報と支援計画書を取り消す。別表と写真もいっしょに消える。あとに何も残らない。",
    (HISA,),
    (
        Letter(CENTRE, PREVENTION_BATH, UnitKind.CLIENT_BASICS, "20261116153000", (_HISA_BASICS,)),
        Letter(CENTRE, PREVENTION_BATH, UnitKind.PREVENTION_PLAN, "20261117153000", (_HISA_PLAN,)),
        Letter(
            CENTRE,
            PREVENTION_BATH,
            UnitKind.CLIENT_BASICS_DELETION,
            "20261121153000",
            (Deletion(HISA, date="20261116"),),
        ),
        Letter(
            CENTRE,
            PREVENTION_BATH,
            UnitKind.PREVENTION_PLAN_DELETION,
            "20261121153007",
            (Deletion(HISA, date="20261117"),),
        ),
    ),
)

CASES = (ENTRUSTED, OWN, COMMUNITY, DELETED)
