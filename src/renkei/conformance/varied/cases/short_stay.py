"""短期入所: days through last month, and more than thirty days on end."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import on
from ..model import Actuals, Case, Letter, Person, UseTable
from ..offices import AOZORA, KAEDE_SHORT_STAY

# In the house since 12 November: nineteen days of November, so that 11 December is the thirtieth.
TSURU = Person("0000001041", "濵口　ツル", "ﾊﾏｸﾞﾁ ﾂﾙ", "2", "19290217", AOZORA, "22", stays_before=47)
_STAY = on(KAEDE_SHORT_STAY, "212121", range(1, 12))
_LONGER = on(KAEDE_SHORT_STAY, "212121", (12, 13, 14), is_over_30_days=True)
_RIDE = on(KAEDE_SHORT_STAY, "219200", (14,))
TSURU_TABLE = UseTable(TSURU, _STAY + _LONGER + _RIDE)
OVER_30_DAYS = Case(
    "over-30-days",
    "短期入所が連続30日をこえる",
    "12日からの3日は30日超区分1で、第7表では別の行と小計(21ZZZZ)になり、全額を本人が負担する。"
    "前月までの利用は47日、累積は61日。",
    (TSURU,),
    (
        Letter(AOZORA, KAEDE_SHORT_STAY, UnitKind.USE_TABLE, "20261125120000", (TSURU_TABLE,)),
        Letter(
            KAEDE_SHORT_STAY, AOZORA, UnitKind.ACTUAL, "20270102120000", (Actuals.of(TSURU_TABLE, KAEDE_SHORT_STAY),)
        ),
    ),
)

CASES = (OVER_30_DAYS,)
