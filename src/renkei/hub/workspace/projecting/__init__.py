"""What a month's papers say, computed when they change and read by pages."""
