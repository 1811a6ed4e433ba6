"""送るもの: units from the file that was dropped until they are handed over."""
