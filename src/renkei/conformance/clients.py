"""Invented clients: names and texts with half-width kana, line breaks, commas and quotes, as real exports have them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from .catalogue import BY_CODE, LIMITS
from .model import Client, Office, Rental, Service, ServiceMonth, WeeklyService, later
from .offices import INSURERS, Sizes
from .visits import monthly_units, planned_visits

SURNAMES = (
    ("髙橋", "ﾀｶﾊｼ"),
    ("山﨑", "ﾔﾏｻﾞｷ"),
    ("德田", "ﾄｸﾀﾞ"),
    ("濵口", "ﾊﾏｸﾞﾁ"),
    ("栁原", "ﾔﾅｷﾞﾊﾗ"),
    ("佐々木", "ｻｻｷ"),
    ("八木沢", "ﾔｷﾞｻﾜ"),
    ("小鳥遊", "ﾀｶﾅｼ"),
    ("五十嵐", "ｲｶﾞﾗｼ"),
    ("神﨑", "ｶﾝｻﾞｷ"),
)
GIVEN_NAMES = (
    ("ハナ", "ﾊﾅ", "2"),
    ("正一", "ｼｮｳｲﾁ", "1"),
    ("ﾖｼ", "ﾖｼ", "2"),
    ("千代", "ﾁﾖ", "2"),
    ("勇", "ｲｻﾑ", "1"),
    ("ふみ", "ﾌﾐ", "2"),
    ("榮太郎", "ｴｲﾀﾛｳ", "1"),
)
WISHES = (
    '本人：「できることは自分で, ゆっくり続けたい」\r\n長女：外出が減った。"また歩けるように" と願っている。',
    "本人：庭の手入れを再開したい。\r\n妻：入浴が心配, 手伝いがほしい。\r\n(電話は ①携帯 ②自宅 の順)",
    "本人：デイで友人に会うのが楽しみ。\r\n長男：仕事中の見守りを頼みたい。",
)
POLICIES = (
    "・生活のリズムを保ちます。\r\n・転びやすい時間帯(朝, 夕)に訪問します。",
    '・体調の変化は「連絡ノート」と電話で共有します。\r\n・合言葉は "無理をしない"。',
)

PARTNERS = 50  # service offices that one care-management office works with


def invent_clients(rng: Random, offices: Sequence[Office], month: ServiceMonth, sizes: Sizes) -> list[Client]:
    """Clients in turn for each care-management office; its partners take turns too."""
    care_managers, service_offices = offices[: sizes.care_managers], offices[sizes.care_managers :]
    clients = []
    for n in range(sizes.clients):
        turn, which = divmod(n, sizes.care_managers)
        partners = _partners(service_offices, which, sizes.care_managers)
        services = _services(rng, partners, first=turn % len(partners))
        clients.append(_client(rng, n, care_managers[which], services, month, plan_changed=turn % 3 == 0))
    return clients


def _partners(offices: Sequence[Office], which: int, care_managers: int) -> list[Office]:
    begin = which * len(offices) // care_managers
    return [offices[(begin + n) % len(offices)] for n in range(min(PARTNERS, len(offices)))]


def _services(rng: Random, partners: Sequence[Office], first: int) -> tuple[Service, ...]:
    """One to four services of different types, that of the first office among them, on different weekdays."""
    chosen = {partners[first].service: partners[first]}
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        office = rng.choice(partners)
        chosen.setdefault(office.service, office)
    services: list[Service] = []
    free = list(range(1, 8))
    for office in chosen.values():
        if BY_CODE[office.service].equipment:
            services.append(Rental(office, rng.choice(BY_CODE[office.service].equipment)))
        elif free:
            weekly = _weekly(rng, office, free)
            services.append(weekly)
            free = [day for day in free if day not in weekly.weekdays]
    return tuple(sorted(services, key=lambda service: service.office.number))


def _weekly(rng: Random, office: Office, free: Sequence[int]) -> WeeklyService:
    menu = rng.choice(BY_CODE[office.service].menus)
    days = min(rng.choice(menu.days), len(free))
    start = rng.choice(menu.starts)
    return WeeklyService(office, menu, tuple(sorted(rng.sample(free, days))), start, later(start, menu.minutes))


def _client(
    rng: Random, n: int, care_manager: Office, services: tuple[Service, ...], month: ServiceMonth, *, plan_changed: bool
) -> Client:
    # Ten surnames and seven given names in step: the first seventy people have different names.
    surname, surname_kana = SURNAMES[n % len(SURNAMES)]
    given, given_kana, sex = GIVEN_NAMES[n % len(GIVEN_NAMES)]
    return Client(
        insurer=INSURERS[1] if n % 7 == 6 else INSURERS[0],
        insured=f"{n + 1:010}",
        name=f"{surname}　{given}",
        kana=f"{surname_kana} {given_kana}",
        sex=sex,
        birth=f"{rng.randrange(1928, 1958)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
        address=f"東京都架空市みどり町{rng.randrange(1, 6)}－{rng.randrange(1, 30)}",
        care_level=_care_level(rng, monthly_units(planned_visits(services, month))),
        wishes=rng.choice(WISHES),
        policy=rng.choice(POLICIES),
        care_manager=care_manager,
        services=services,
        plan_changed=plan_changed,
    )


def _care_level(rng: Random, units: int) -> str:
    """Any level whose monthly limit the planned units do not exceed."""
    return rng.choice([level for level, limit in LIMITS.items() if limit >= units])
