"""Tests of the data-exchange standard."""
