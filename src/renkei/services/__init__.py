"""Names of service codes, from the official tables that an office or an operator imports: no table is ours to carry.

Plain Python. `reading` reads the published files, `table` keeps what was read.
"""
