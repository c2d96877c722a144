"""What is remembered: articles, their fingerprints, what they share, and what was inferred from it."""
