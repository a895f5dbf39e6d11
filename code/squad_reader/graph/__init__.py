"""Stage 3: models as ONNX graphs, which answer without Keras; and what runs them."""
