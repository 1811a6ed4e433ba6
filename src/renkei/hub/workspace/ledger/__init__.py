"""記録: what went and came on whichever way, found again and proved to an inspector."""
