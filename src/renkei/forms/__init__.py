"""The printed forms: one typst source each, in this folder, drawn from plain data.

>>> "licence-certificate" in forms()
True
"""

from __future__ import annotations

from renkei.forms.rendering import FormError, forms, render

__all__ = ["FormError", "forms", "render"]
