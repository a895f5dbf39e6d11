"""Each question is in exactly one group; small groups are put together."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from squad_reader.report.grouping import by_name, by_number, merged_edges

NUMBERS = st.lists(st.none() | st.integers(1, 30), min_size=1, max_size=60)
EDGES = st.sets(st.integers(1, 25), min_size=1, max_size=5).map(sorted)
LEAST = st.integers(0, 20)


def sizes(grouping):
    counts = Counter(grouping.of_question)
    return {label: counts[i] for i, label in enumerate(grouping.labels)}


def holds(label, number):
    """Whether a label says that it has this number."""
    if label in ("all", "not known"):
        return (number is None) == (label == "not known")
    if number is None:
        return False
    words = label.split()
    if words[0] == "over":
        return number > int(words[1])
    return int(words[0]) <= number <= int(words[-1])


@given(NUMBERS, EDGES, LEAST)
def test_each_number_is_in_the_one_group_that_says_so(numbers, edges, least):
    grouping = by_number(numbers, edges, least=least)
    assert len(grouping.of_question) == len(numbers)
    for number, group in zip(numbers, grouping.of_question, strict=True):
        assert [holds(label, number) for label in grouping.labels].count(True) == 1
        assert holds(grouping.labels[group], number)


@given(NUMBERS, EDGES, LEAST)
def test_no_bin_is_too_small_unless_all_are(numbers, edges, least):
    known = [number for number in numbers if number is not None]
    left = merged_edges(known, list(edges), least)
    assert set(left) <= set(edges)
    if left:
        found = sizes(by_number(known, left, least=0))
        assert all(number >= least for number in found.values())


@given(st.lists(st.sampled_from("abcd"), min_size=1), LEAST)
def test_names_keep_their_group_or_are_other(names, least):
    grouping = by_name(names, least)
    labels = [grouping.labels[i] for i in grouping.of_question]
    counts = Counter(names)
    small = {name for name in counts if counts[name] < least}
    small = small if len(small) > 1 else set()
    assert labels == ["other" if name in small else name for name in names]
    assert all(number > 0 for number in sizes(grouping).values())


def test_one_small_group_joins_other_where_there_is_one():
    assert by_name(["a", "b", "b"], least=2).labels == ["b", "a"]
    assert by_name(["other", "a", "b", "b"], least=2).labels == ["b", "other"]


def test_no_answer_and_not_known_stand_on_their_own_at_the_end():
    names = ["no answer", "not known", "a", "b", *["c"] * 3]
    assert by_name(names, least=2).labels == ["c", "other", "no answer", "not known"]
    assert sizes(by_number([1, 1, 5, None, "no answer"], (2,), least=1)) == {
        "1 to 2": 2,
        "over 2": 1,
        "no answer": 1,
        "not known": 1,
    }


def test_all_has_no_unit():
    assert by_number([1, 50, None], (19, 79), " %", least=3).labels == ["all", "not known"]
    assert by_number(["no answer"], (19,), " %").labels == ["no answer"]


def test_a_small_bin_goes_to_its_smaller_neighbour():
    numbers = [1] * 5 + [2] * 2 + [3] * 9
    assert sizes(by_number(numbers, (1, 2), least=3)) == {"1 to 2": 7, "over 2": 9}
    assert sizes(by_number(numbers[::-1], (1, 2), least=20)) == {"all": 16}


def test_limits_and_units_stand_in_the_labels():
    labels = by_number([0, 50, 100], (19, 79), " %", first=0, last=100, least=1).labels
    assert labels == ["0 to 19 %", "20 to 79 %", "80 to 100 %"]
