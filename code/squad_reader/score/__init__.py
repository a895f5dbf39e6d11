"""Stage 5: how good the answers are: the official EM and F1, and examples shown in the terminal."""
