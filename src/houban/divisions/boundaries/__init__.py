"""Boundaries from files: read, brought to CGCS2000, matched to divisions, looked over, drawn as they were a day."""
