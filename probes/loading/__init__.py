"""From files to a model in memory and a sample of its data."""
