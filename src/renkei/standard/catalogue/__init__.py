"""Every rule that a check applies, once: code → (basis, message, remedy[, "unreadable"]).

basis: `standard` = the standard says so, `inferred` = follows from it, `ours` = our convention where it is silent.
"unreadable": the content cannot be used at all, an error to the recipient as well. See `findings.Rule`.
The rules of the repair are in `mends`, which nobody loads before something is wrong.
"""

from __future__ import annotations

from . import cross, form, items, names, units

RULES: dict[str, tuple[str, ...]] = {**names.RULES, **units.RULES, **form.RULES, **items.RULES, **cross.RULES}
