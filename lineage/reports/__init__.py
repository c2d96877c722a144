"""How results are shown: a tree, a JSON document, two texts side by side, a ledger as a waterfall."""
