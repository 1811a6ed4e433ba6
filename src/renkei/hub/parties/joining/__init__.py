"""How parties and people come in."""
