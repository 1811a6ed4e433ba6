"""The offices of the varied month, one line an address (office number and service type)."""

from __future__ import annotations

from ..model import Office, OfficeKind
from ..offices import INSURERS

# みどり町 and あおば町: two towns that do not exist.
MIDORI, AOBA = INSURERS


def _care(number: str, service: str, name: str, insurer: str, person: str) -> Office:
    return Office(number, service, name, OfficeKind.CARE_MANAGEMENT, insurer, person)


def _service(number: str, service: str, name: str, insurer: str = MIDORI, person: str = "管理　花子") -> Office:
    return Office(number, service, name, OfficeKind.SERVICE, insurer, person)


# Care management and the support centre. The centre writes as 46 for 介護予防支援, as AF for 介護予防ケアマネジメント.
TAKASAKI = _care("1379200015", "43", "ケアプランセンター髙﨑①", MIDORI, "髙﨑　支援子")
AOZORA = _care("1379200023", "43", "㈱あおぞら居宅介護支援事業所", AOBA, "神﨑　計画")
CENTRE = _care("1309200010", "46", "地域包括支援センター　みどり", MIDORI, "栁原　予防")
CENTRE_COMMUNITY = _care("1309200010", "AF", "地域包括支援センター　みどり", MIDORI, "栁原　予防")

# One number, two service types: two addresses.
SUZURAN_HELP = _service("1379400011", "11", "㈱すずらん　ヘルパーステーション")
SUZURAN_DAY = _service("1379400011", "15", "㈱すずらん　デイサービス")
# One number and type with a satellite (branch 01).
KOBUSHI_DAY = _service("1379400029", "15", 'デイサービス「こぶし」, 本店 "みどり"')
# Home help and rental of one number, reported in one file; its rental serves 介護予防 too.
AKANE_HELP = _service("1379400037", "11", "あかねケアⅡ")
AKANE_RENTAL = _service("1379400037", "17", "あかねケアⅡ　福祉用具")
AKANE_PREVENTION_RENTAL = _service("1379400037", "67", "あかねケアⅡ　福祉用具")
TSUBAKI_HELP = _service("1379400045", "11", "つばき訪問介護", AOBA)
KAEDE_SHORT_STAY = _service("1379400052", "21", "ショートステイかえで")
HIIRAGI_DAY = _service("1379400086", "15", "共生デイ　ひいらぎ")
WAKABA_LARGE_DAY = _service("1379400078", "15", "大きなデイわかば", AOBA)
NURSE = _service("1369400013", "13", "訪問看護ステーション　㈲ⅲ")
PREVENTION_NURSE = _service("1369400013", "63", "訪問看護ステーション　㈲ⅲ")
HEALTH_FACILITY = _service("1359400015", "22", "老健みどりの丘")
HOSPITAL = _service("1319400014", "23", "みどり架空病院")
DOCTOR = _service("1319400014", "31", "みどり架空病院")
PREVENTION_BATH = _service("1379400094", "62", "訪問入浴ゆげ", AOBA)
COMMUNITY_HELP = _service("13A9400014", "A2", "みどり町支え合いヘルプ")
COMMUNITY_DAY = _service("13A9400014", "A6", "みどり町支え合いデイ")

# These two still write the third edition.
OLD_CARE = _care("1379200031", "43", "ケアプラン昔ながら", MIDORI, "德田　以前")
OLD_HELP = _service("1379400060", "11", "訪問介護むかし")

ADDRESSES: tuple[Office, ...] = (
    TAKASAKI,
    AOZORA,
    CENTRE,
    CENTRE_COMMUNITY,
    SUZURAN_HELP,
    SUZURAN_DAY,
    KOBUSHI_DAY,
    AKANE_HELP,
    AKANE_RENTAL,
    AKANE_PREVENTION_RENTAL,
    TSUBAKI_HELP,
    KAEDE_SHORT_STAY,
    HIIRAGI_DAY,
    WAKABA_LARGE_DAY,
    NURSE,
    PREVENTION_NURSE,
    HEALTH_FACILITY,
    HOSPITAL,
    DOCTOR,
    PREVENTION_BATH,
    COMMUNITY_HELP,
    COMMUNITY_DAY,
    OLD_CARE,
    OLD_HELP,
)
