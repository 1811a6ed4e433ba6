"""How people sign in, and what they may do."""
