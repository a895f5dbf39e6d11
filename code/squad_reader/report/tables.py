"""Numbers with their intervals as text, for the page and for the terminal."""

from typing import Any

TOO_FEW = "too few"


def with_interval(found: dict[str, Any], digits: int = 1) -> str:
    """A mean with its interval, in percent, or "too few" in its place.

    Example:
        >>> with_interval({"mean": 81.26, "low": 80.0, "high": 82.5})
        '81.3 (80.0 to 82.5)'
        >>> with_interval({"mean": 100.0, "low": None, "high": None})
        '100.0 (too few)'
    """
    return f"{found['mean']:.{digits}f} ({bounds(found, digits)})"


def bounds(found: dict[str, Any], digits: int = 1) -> str:
    """The interval alone."""
    if found["low"] is None:
        return TOO_FEW
    return f"{found['low']:.{digits}f} to {found['high']:.{digits}f}"
