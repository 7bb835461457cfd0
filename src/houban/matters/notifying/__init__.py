"""Messages outside these pages: who wants them, what they say, by what they go; each sent at most once."""
