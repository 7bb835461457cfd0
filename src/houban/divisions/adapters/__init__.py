"""Registers of others, read as they publish them."""
