"""Best of n, calibration, and coverage, by hand and against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.report.nbest_files import Candidate, NbestLists
from squad_reader.report.prediction_files import Predictions
from squad_reader.report.probabilities import best_of, coverage, describe, keep_of_lists
from squad_reader.report.scoring import GoldScorer, Scores

SCORER = GoldScorer(["red dog"])
ANSWERS = [("cat", 0.4), ("red cat", 0.3), ("dog", 0.2), ("a red dog", 0.1)]
CANDIDATES = [Candidate(text, probability, 5) for text, probability in ANSWERS]


def test_the_best_of_the_first_n_counts():
    found = best_of(SCORER, CANDIDATES)
    assert found[0].tolist() == [0, 0, 0, 1, 1, 1]  # of 1, 2, 3, 5, 10 and 20
    assert found[1] == pytest.approx([0, 0.5, 2 / 3, 1, 1, 1])
    assert best_of(SCORER, []).tolist() == [[0] * 6, [0] * 6]


def test_the_prediction_is_looked_for_in_its_list():
    given = Predictions("p", "p.json", {"a": "dog", "b": "x"}, ["c"], [], [])
    lists = {"a": CANDIDATES, "b": CANDIDATES, "c": CANDIDATES, "other": CANDIDATES}
    found = keep_of_lists(["a", "b", "c", "d"], [SCORER] * 4, given, NbestLists(lists, 7, 8))
    np.testing.assert_array_equal(found.probabilities, [0.2, np.nan, np.nan, np.nan])
    assert found.places == [5, None, None, None]
    # "c" has a list, but no prediction that could be in it
    assert (found.longest, found.num_absent, found.num_without) == (4, 1, 1)
    assert (found.num_unknown, found.num_repeated, found.num_unsorted) == (1, 7, 8)
    about = describe(found, Scores(np.zeros(4), np.array([80.0, 0, 0, 0])))
    assert about["best_of"][-1] == {"n": 5, "exact_match": 75.0, "f1": 75.0}
    assert about["calibration"]["questions"] == 1
    assert about["calibration"]["expected_error"] == pytest.approx(0.2)
    assert about["coverage"]["f1"]["area"] == 80.0


def test_a_reader_without_known_probabilities_has_no_curve():
    given = Predictions("p", "p.json", {"a": "x"}, [], [], [])
    found = keep_of_lists(["a"], [SCORER], given, NbestLists({"a": CANDIDATES}))
    assert found.num_absent == 1
    withdrawn = given._replace(texts={"a": ""}, withdrawn=["a"])
    assert keep_of_lists(["a"], [SCORER], withdrawn, NbestLists({"a": CANDIDATES})).num_absent == 0
    about = describe(found, Scores(np.zeros(1), np.zeros(1)))
    assert about["calibration"] is None and about["coverage"] is None


def test_rows_end_with_the_longest_list():
    given = Predictions("p", "p.json", {"a": "x"}, [], [], [])
    for number, last in ((1, 1), (4, 5), (5, 5), (6, 10), (30, 20)):
        lists = {"a": (CANDIDATES * 8)[:number]}
        found = keep_of_lists(["a"], [SCORER], given, NbestLists(lists))
        assert describe(found, Scores(np.zeros(1), np.zeros(1)))["best_of"][-1]["n"] == last


def test_half_of_an_odd_number_is_rounded_up():
    found = coverage(np.array([0.9, 0.5, 0.1]), np.array([100.0, 50.0, 0.0]))
    assert found["at_half"] == 75.0


def test_coverage_by_hand():
    found = coverage(np.array([0.2, 0.9, 0.5, 0.1]), np.array([0.0, 100.0, 50.0, 100.0]))
    assert found["points"] == [[25.0, 100.0], [50.0, 75.0], [75.0, 50.0], [100.0, 62.5]]
    assert found["at_half"] == 75.0
    assert found["area"] == (100 + 75 + 50 + 62.5) / 4


PAIRS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.floats(0, 100)), min_size=1, max_size=12
)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_questions_never_matters(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)
    first, second = (
        coverage(*map(np.array, zip(*each, strict=True))) for each in (pairs, shuffled)
    )
    assert first["area"] == pytest.approx(second["area"])
    assert first["at_half"] == pytest.approx(second["at_half"])
    mean = np.mean([score for _, score in pairs])
    assert first["points"][-1] == pytest.approx([100.0, mean])
