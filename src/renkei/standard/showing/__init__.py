"""Files of the standard as people read them: sheets, month grids, words. Plain Python, no input or output."""
