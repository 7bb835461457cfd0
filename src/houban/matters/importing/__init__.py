"""Matters of another platform taken over: columns matched, words settled, tried dry, then written in the background."""
