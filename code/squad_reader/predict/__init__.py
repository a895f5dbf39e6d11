"""Stage 4: checkpoints, and from batches to answers that are slices of their contexts."""
