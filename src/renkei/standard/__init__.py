"""The data-exchange standard of care plans (V4.1): layouts as data, names, units, reading, writing, checking.

Plain Python: nothing here imports another part of renkei or a third-party library, so that a vendor can embed it.
"""
