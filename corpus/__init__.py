"""Stories whose lineage is known: written samples (`stories`) and, beside them, a newsroom that makes more."""
