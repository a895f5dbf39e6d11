"""Which questions hang together: those of one article, or of one paragraph.

Questions about one text are alike: a reader that knows its subject gets many of them right. So what
is drawn anew to learn how sure a score is (`bootstrap`) are whole articles, and not questions, as
if a test set were made once more from other articles.

Source:
    Dror et al. 2018, which samples are independent: https://doi.org/10.18653/v1/P18-1128
"""

from typing import NamedTuple

import numpy as np

from squad_reader.data.squad_data import SquadData

MIN_ARTICLES = 30


class Clusters(NamedTuple):
    """The cluster of each of Q questions.

    Attributes:
        unit: "articles" or "paragraphs".
        of_question: int64, (Q,). Its cluster: 0 to `number` - 1, by first occurrence.
        number: of clusters.
        warning: a sentence where paragraphs had to do; else "".
    """

    unit: str
    of_question: np.ndarray
    number: int
    warning: str


def choose_clusters(data: SquadData) -> Clusters:
    """Articles where there are at least 30, each with a title; else paragraphs, with a warning."""
    contexts = [example.context_index for example in data.examples]
    titles = [data.titles[index] for index in contexts]
    num_articles = len(set(titles))
    if all(titles) and num_articles >= MIN_ARTICLES:
        return _numbered("articles", titles, "")
    had = f"{num_articles} articles" if all(titles) else "questions without an article's title"
    warning = (
        f"Expected at least {MIN_ARTICLES} articles to draw from, got {had}: paragraphs are drawn, "
        "so the intervals may be too narrow and p too small, since paragraphs of one article are "
        "alike."
    )
    return _numbered("paragraphs", contexts, warning)


def single_questions(num_questions: int) -> np.ndarray:
    """Each question as a cluster of its own, int64, (Q,): intervals from it are too narrow."""
    return np.arange(num_questions)


def _numbered(unit: str, names: list, warning: str) -> Clusters:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    of_question = np.array([numbers[name] for name in names], np.int64)
    return Clusters(unit, of_question, len(numbers), warning)
