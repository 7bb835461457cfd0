"""Rosters: organisations, posts, quotas, people and appointments, in and out as one workbook."""
