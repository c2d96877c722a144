"""What two articles share: shingles, winnowing, MinHash, candidates, chains, passages. No direction."""
