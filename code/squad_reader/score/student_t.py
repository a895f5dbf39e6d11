"""Student's t: how much wider an interval is where a spread is known from a few values only.

With t = sqrt(degrees) * tan(angle) the density is cos(angle) ** (degrees - 1), up to a factor, so
a sum over a fine grid of angles gives quantiles and p without another library. `seeds` uses both.

Source:
    Student 1908, The Probable Error of a Mean: https://doi.org/10.1093/biomet/6.1.1
"""

import math

import numpy as np

NUM_ANGLES = 5001  # in [0, pi / 2]
MOST_DEGREES = 1000.0  # with more, t is 1.96 as for the normal, and the grid would be too coarse


def t_quantile(level: float, degrees: float) -> float:
    """How many standard errors to each side hold this share.

    Args:
        level: in (0, 1).
        degrees: of freedom, at least 1; not only whole numbers.

    Example:
        >>> round(t_quantile(0.95, 4.0), 3)
        2.776
    """
    degrees = min(degrees, MOST_DEGREES)
    angles, inside = _shares_inside(degrees)
    return math.sqrt(degrees) * math.tan(np.interp(level, inside, angles))


def t_p(statistic: float, degrees: float) -> float:
    """How probable it is to be so many standard errors away from 0, to either side.

    Args:
        statistic: a difference by its standard error; may be infinite.
        degrees: as of `t_quantile`.

    Example:
        >>> round(t_p(-2.776, 4.0), 3)
        0.05
    """
    degrees = min(degrees, MOST_DEGREES)
    angles, inside = _shares_inside(degrees)
    angle = math.atan(abs(statistic) / math.sqrt(degrees))
    return 1.0 - float(np.interp(angle, angles, inside))


def _shares_inside(degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Angles, and the share of all that lies between each of them and its negative, both (N,)."""
    angles = np.linspace(0.0, math.pi / 2, NUM_ANGLES)
    density = np.cos(angles).clip(0.0) ** (degrees - 1.0)
    sums = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return angles, sums / sums[-1]
