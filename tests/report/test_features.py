"""Features of questions, by hand."""

import numpy as np

from squad_reader.data.squad_format import read_squad_file
from squad_reader.report.features import Features, features_of, overlap_percent
from squad_reader.report.sentences import Sentences


class Vocabulary:
    """Knows a few words."""

    size, name = 1, "made up"

    def lookup(self, words):
        found = [word for word in words if word in ("ann", "lee", "12", "it")]
        return found, np.zeros((len(found), 1), np.float32)


def features(made, tmp_path, vocabulary=None):
    content = made.small_data()
    content["data"][1]["paragraphs"][0]["qas"].append({"id": "none", "question": "", "answers": []})
    data = read_squad_file(made.write(tmp_path / "d.json", content))
    return features_of(data, [Sentences(each) for each in data.contexts], vocabulary)


def test_features_by_hand(made, tmp_path):
    found = features(made, tmp_path)
    place = 100 * made.ANN.index("3 May") // len(made.ANN)
    # "meet" and "Riga" are not common words; only the second is in the sentence, with "they" not.
    overlap = 100 * 1 // 3
    assert found[0] == Features("who", "name", 2, 16, 0, 100, 2, "not known", True)
    assert found[1] == Features("when", "date", 3, 16, place, overlap, 1, "not known", True)
    assert found[2][:3] == ("how many", "number", 1)
    assert [each.agreeing for each in found] == [2, 1, 1, 3, None, None]
    nothing = (None, 13, None, None, None, "not known", False)
    assert found[5] == Features("other", "no answer", *nothing)


def test_a_gold_answer_without_words_is_not_the_first_one(made, tmp_path):
    golds = {"a": ("", " ", "Bo"), "b": ("",)}
    qas = [made.question(each, "Who?", made.ANN, *texts) for each, texts in golds.items()]
    data = read_squad_file(made.write(tmp_path / "d.json", made.dataset([("", [(made.ANN, qas)])])))
    sentences = [Sentences(each) for each in data.contexts]
    some, none = features_of(data, sentences, Vocabulary())
    place = 100 * made.ANN.index("Bo") // len(made.ANN)
    assert (some.answer_kind, some.answer_len, some.place) == ("name", 1, place)
    assert (none.answer_kind, none.answer_len, none.place) == ("no answer", None, None)
    assert (some.in_vocabulary, none.in_vocabulary) == ("no", "not known")
    assert some.has_answer and none.has_answer


def test_overlap_counts_words_that_are_not_common():
    assert overlap_percent("What is the red dog?", "A dog.") == 50
    assert overlap_percent("What is it?", "It is.") is None


def test_words_of_the_answer_are_looked_up(made, tmp_path):
    found = [each.in_vocabulary for each in features(made, tmp_path, Vocabulary())]
    assert found == ["yes", "no", "yes", "no", "no", "not known"]
