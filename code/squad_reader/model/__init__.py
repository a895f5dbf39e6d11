"""Stage 2: the reader, in keras.ops only, so that it runs on every backend of Keras."""
