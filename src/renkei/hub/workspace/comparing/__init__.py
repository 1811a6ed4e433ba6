"""Plan against actual: the people of a month, and the sheet of one of them."""
