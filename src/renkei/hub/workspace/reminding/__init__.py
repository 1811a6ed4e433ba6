"""What the people of an office should know of: on a page, and once a day by mail, as each of them wants it."""
