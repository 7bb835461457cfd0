"""What matters go by: pure tables, states and times."""
