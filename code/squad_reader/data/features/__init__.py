"""What models read of words, tokens and pairs of texts; `feature.py` says what a feature is."""
