"""The items that are looked at to compare 第6表, 第7表 and the supplement, in the order in which they are asked for.

By themselves, because every check asks for these items, and few compare.
"""

from __future__ import annotations

PLAN_COLUMNS = (
    "service_office_number",
    "satellite_branch_no",
    "service_code",
    "unit_points",
    "service_count",
    "per_diem_days_bitmap",
    "tais_code",
    "equipment_notification_code",
    "detail_discriminator",
)
# The layout of the third edition lacks the equipment codes.
PLAN_COLUMNS_V3 = tuple(name for name in PLAN_COLUMNS if name not in {"tais_code", "equipment_notification_code"})

ANNEX_COLUMNS = (
    "service_office_number",
    "satellite_branch_no",
    "service_code",
    "over_30_days_flag",
    "unit_points",
    "discount_rate",
    "discounted_unit_points",
    "count_or_days",
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_over_category_limit",
    "days_used_through_previous_month",
    "planned_days_this_month",
    "cumulative_days",
)

_SLOT_ITEMS = ("service_type_code", "limit_units", "total_units", "excess_units")
_SLOTS = tuple(f"type_limit_{slot}_{item}" for slot in range(1, 10) for item in _SLOT_ITEMS)
SUPPLEMENT_COLUMNS = ("category_benefit_limit_units", *_SLOTS)
