"""BiDAF: what it is (`options.py`) and how it computes (`model.py`)."""
