"""Those who carry units from one office to another, ours among them, each with servers of its own on loopback."""
