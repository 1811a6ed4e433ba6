"""How a service works: what its people agreed on."""
