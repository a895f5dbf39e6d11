"""Stage 8: the training loop and what it writes."""
