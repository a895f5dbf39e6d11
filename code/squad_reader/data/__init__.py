"""Stage 1: from SQuAD JSON and GloVe text to padded batches of named arrays."""
