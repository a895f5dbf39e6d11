"""Which questions hang together: those of one article, or of one paragraph.

Questions about one text are alike: a reader that knows its subject gets many of them right. So what
is drawn anew to learn how sure a score is (`bootstrap`) are whole articles, and not questions, as
if a test set were made once more from other articles.

Fewer than 30 articles show their spread badly, so paragraphs take their place. But a difference of
two readers that is large on one article and small on the next looks certain by paragraphs, and is
not: of 10 articles of 20 paragraphs, readers that are alike are told apart in up to 38 of 100 sets.
Where there are enough articles for a test of their own, this one is asked too (`comparison`).

Source:
    Dror et al. 2018, which samples are independent: https://doi.org/10.18653/v1/P18-1128
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from squad_reader.data.squad_data import SquadData
from squad_reader.score.bootstrap import MIN_CLUSTERS

MIN_ARTICLES = 30


class Clusters(NamedTuple):
    """The cluster of each of Q questions.

    Attributes:
        unit: "articles" or "paragraphs".
        of_question: int64, (Q,). Its cluster: 0 to `number` - 1, by first occurrence.
        number: of clusters.
        warning: a sentence where paragraphs had to do; else "".
        articles: int64, (Q,). The article of each question, where paragraphs had to do and a
            difference can be tested over articles too; else None.
    """

    unit: str
    of_question: np.ndarray
    number: int
    warning: str
    articles: np.ndarray | None = None


def choose_clusters(data: SquadData) -> Clusters:
    """Articles where there are at least 30, each with a title; else paragraphs, with a warning."""
    places = [example.context_index for example in data.examples]
    titles = [data.titles[index] for index in places]
    articles, num_articles = _numbered(titles)
    if all(titles) and num_articles >= MIN_ARTICLES:
        return Clusters("articles", articles, num_articles, "")
    # By title and text: some files repeat a paragraph for each of its questions.
    contexts = [data.contexts[index] for index in places]
    paragraphs, number = _numbered(list(zip(titles, contexts, strict=True)))
    tested = all(titles) and num_articles >= MIN_CLUSTERS
    warning = _warning(num_articles if all(titles) else 0, tested)
    return Clusters("paragraphs", paragraphs, number, warning, articles if tested else None)


def _warning(num_articles: int, tested: bool) -> str:
    """Why there are paragraphs, and what is to be thought of them; 0 articles for untitled ones."""
    had = f"{num_articles} articles" if num_articles else "questions without an article's title"
    claim = "a difference that is claimed may be one of these articles alone."
    if tested:
        claim = (
            "a difference is claimed only where the same test over the "
            f"{num_articles} articles finds it too."
        )
    return (
        f"Expected at least {MIN_ARTICLES} articles to draw from, got {had}: paragraphs are drawn, "
        "so the intervals may be too narrow and p too small, since paragraphs of one article are "
        f"alike; {claim}"
    )


def _numbered(names: Sequence[Hashable]) -> tuple[np.ndarray, int]:
    """The number of each name, int64, by first occurrence, and how many there are."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], np.int64), len(numbers)
