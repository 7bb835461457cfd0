"""Elections: the results in, and where each elected body stands."""
