"""The forms, on paper and on the screen: one typst source each (`drawing/`), filled from the standard's records (`filling/`).

>>> "licence-certificate" in forms()
True
"""

from __future__ import annotations

from renkei.forms.rendering import Form, FormError, forms, pictures, render, render_all

__all__ = ["Form", "FormError", "forms", "pictures", "render", "render_all"]
