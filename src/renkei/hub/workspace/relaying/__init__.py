"""Entrusted offices (委託): what a support centre sends goes on to the service offices, and their results back to the centre."""
