"""Who took from whom: evidence for ordered pairs, a ledger of reasons, the best structure, its confidence."""
