"""Which errors are shown."""

import numpy as np

from squad_reader.data.squad_data import Answer, Example, SquadData
from squad_reader.report.chosen_errors import choose, describe
from squad_reader.report.error_kinds import Judged
from squad_reader.report.prediction_files import Predictions

EXACT = np.array([0.0, 100.0, 0.0, 0.0, 0.0])


def test_the_surest_come_first_and_those_without_a_probability_last():
    sure = np.array([0.2, 0.99, np.nan, 0.9, 0.2])
    assert choose(EXACT, sure, seed=1) == [3, 0, 4, 2]
    assert choose(EXACT, sure, seed=1, number=2) == [3, 0]


def test_where_few_have_a_probability_the_rest_is_drawn_by_the_seed():
    sure = np.full(100, np.nan)
    sure[[70, 30]] = 0.5, 0.9
    chosen = choose(np.zeros(100), sure, seed=1, number=10)
    assert chosen[:2] == [30, 70] and len(set(chosen)) == 10
    assert chosen[2:] == sorted(chosen[2:]) != list(range(8))
    assert chosen[2:] != choose(np.zeros(100), sure, seed=2, number=10)[2:]


def test_without_probabilities_they_are_drawn_by_the_seed():
    wrong = np.zeros(100)
    drawn = choose(wrong, None, seed=1, number=10)
    assert drawn == sorted(set(drawn)) and len(drawn) == 10
    assert drawn == choose(wrong, np.full(100, np.nan), seed=1, number=10)
    assert drawn != choose(wrong, None, seed=2, number=10)
    assert choose(EXACT, None, seed=1) == [0, 2, 3, 4]


def test_the_place_that_decided_is_marked_and_all_gold_answers_are():
    golds = (Answer("Bo", 0), Answer("Bo", 7), Answer("Bo", 0))
    data = SquadData("d", ["T"], ["Bo met Bo"], [Example("q", 0, "Who?", golds)], [])
    given = Predictions("p", "p", {"q": "Bo"}, [], [], [])
    (row,) = describe([0], data, [given], [Judged("right", (0, 2))], None)
    assert (row["answer_places"], row["gold_places"]) == ([(0, 2)], [(0, 2), (7, 9)])
    assert (row["golds"], row["probability"], row["others"]) == (["Bo"], None, {})
    (row,) = describe([0], data, [given], [Judged("shifted", (7, 9))], np.array([0.5]))
    assert (row["answer_places"], row["probability"]) == ([(7, 9)], 0.5)
    (row,) = describe([0], data, [given], [Judged("empty")], None)
    assert (row["answer_places"], row["kind"]) == ([], "empty")
