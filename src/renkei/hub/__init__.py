"""The service (Django): who exists, what travels between them, and who looked at it."""
