"""Stage 5: the training loop and what it writes."""
