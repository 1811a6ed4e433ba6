"""Licences: who may use the hub until when, and at what price."""
