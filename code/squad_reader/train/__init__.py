"""Stage 6: the training loop and what it writes."""
