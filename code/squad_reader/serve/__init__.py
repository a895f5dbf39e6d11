"""Stage 7: answers to a user's own questions about a text of any length."""
