"""Stage 2: the models, in keras.ops only, so that they run on every backend of Keras."""
