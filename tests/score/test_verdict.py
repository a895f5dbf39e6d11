"""The sentence about two readers, for each case that there is."""

import numpy as np
import pytest

from squad_reader.score.bootstrap import Interval
from squad_reader.score.comparison import Comparison, compare
from squad_reader.score.verdict import rounded, verdict

NAN = float("nan")
ALIKE = "A and B cannot be told apart by this data: "
CASES = {
    "second is better": (
        ((1.23, 0.54, 1.91, 0.35), 0.0004),
        "B is better than A by 1.2 F1 (0.5 to 1.9, p < 0.001).",
    ),
    "first is better": (
        ((-1.23, -1.91, -0.54, 0.35), 0.001),
        "A is better than B by 1.2 F1 (0.5 to 1.9, p = 0.001).",
    ),
    "a bound near 0 does not look like 0": (
        ((1.0, 0.004, 2.0, 0.5), 0.049),
        "B is better than A by 1.000 F1 (0.004 to 2.000, p = 0.049).",
    ),
    # 1000 * (2.8016 * 1 / 0.5) ** 2 = 31395.5
    "interval holds 0": (
        ((1.0, -0.1, 2.0, 1.0), 0.01),
        ALIKE + "to see a difference of 0.5 F1 you would need about 31,000 questions.",
    ),
    "p is too large": (
        ((1.0, 0.1, 2.0, 1.0), 0.06),
        ALIKE + "to see a difference of 0.5 F1 you would need about 31,000 questions.",
    ),
    "one cluster": (((1.0, NAN, NAN, NAN), 1.0), ALIKE + "it has too few articles or paragraphs."),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sentence_of_each_case(name):
    (difference, p), sentence = CASES[name]
    found = Comparison(Interval(*difference), p / 2, p)
    assert verdict("A", "B", "F1", found, 1000) == sentence


def test_a_reader_against_itself():
    (found,) = compare(np.zeros((40, 1)), np.arange(40), 100)
    assert verdict("A", "A", "EM", found, 40) == (
        "A and A cannot be told apart by this data: their EM differs by 0.0 wherever one looks."
    )


def test_numbers_are_rounded_to_two_digits():
    numbers = [1, 99, 101, 31396, 1250001]
    assert [rounded(n) for n in numbers] == ["1", "99", "100", "31,000", "1,300,000"]
