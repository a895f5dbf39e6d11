"""A made-up data set with readers, small enough to count by hand, and one of any size."""

import json
import random

ANN = "Ann Lee met Bo in Riga on 3 May 1931. They sold 12 red boats there."
SUN = "The sun is a star. It shines by fusion because it is hot."


def question(question_id, text, context, *golds):
    """A question whose gold answers stand at their first place in the context."""
    answers = [{"text": gold, "answer_start": context.find(gold)} for gold in golds]
    return {"id": question_id, "question": text, "answers": answers}


def small_data():
    """Five questions about two paragraphs of two articles."""
    ann = [
        question("q1", "Who met Bo?", ANN, "Ann Lee", "Ann Lee", "Ann"),
        question("q2", "When did they meet in Riga?", ANN, "3 May 1931", "1931", "May 1931"),
        question("q3", "How many boats were sold there?", ANN, "12", "12 red boats"),
    ]
    sun = [
        question("q4", "What is the sun?", SUN, "a star", "star", "a star"),
        question("q5", "Why does it shine?", SUN, "because it is hot"),
    ]
    return dataset([("Ann", [(ANN, ann)]), ("Sun", [(SUN, sun)])])


FIRST = {"q1": "Ann", "q2": "in Riga on 3 May", "q3": "red boats", "q4": "The sun", "q5": ""}
SECOND = {"q1": "Ann Lee", "q2": "1931", "q3": "sold 12 red", "q4": "fusion", "other": "x"}


def dataset(articles, version="1.1"):
    """A SQuAD file's content from (title, [(context, questions)])."""
    data = [
        {
            "title": title,
            "paragraphs": [{"context": context, "qas": qas} for context, qas in paragraphs],
        }
        for title, paragraphs in articles
    ]
    return {"version": version, "data": data}


def large_data(num_articles=40, per_article=8, seed=1):
    """Articles with a paragraph each, and its golds: question id -> text."""
    drawn, articles, golds = random.Random(seed), [], {}
    for i in range(num_articles):
        words = [f"w{drawn.randrange(60)}" for _ in range(drawn.randrange(20, 260))]
        context, qas = " ".join(words) + ".", []
        for j in range(per_article):
            start = drawn.randrange(len(words))
            gold = " ".join(words[start : start + drawn.randrange(1, 13)])
            starter = drawn.choice(["What", "who", "How many", "In which", "Name", "Why"])
            question_id = f"{i}-{j}"
            others = [gold.split()[0]] * drawn.randrange(3)
            qas.append(
                question(question_id, f"{starter} {words[0]} is it?", context, gold, *others)
            )
            golds[question_id] = gold
        articles.append((f"T{i}", [(context, qas)]))
    return dataset(articles), golds


def by_article(num_articles, per_article, per_paragraph):
    """Articles of several paragraphs, each with the same questions: the data, and its golds.

    Ids are "ARTICLE-PARAGRAPH-QUESTION"; half of the questions have a second gold answer.
    """
    articles, golds = [], {}
    for i in range(num_articles):
        paragraphs = []
        for j in range(per_article):
            context, qas = f"{SUN} {i} {j}", []
            for k in range(per_paragraph):
                more = ["a star"] * (k % 2)
                qas.append(question(f"{i}-{j}-{k}", "What is the sun?", context, "star", *more))
                golds[f"{i}-{j}-{k}"] = "star"
            paragraphs.append((context, qas))
        articles.append((f"T{i}", paragraphs))
    return dataset(articles), golds


def data_of_the_size_of_dev():
    """As many articles, paragraphs and questions as SQuAD's dev set has; and its golds."""
    drawn, golds = random.Random(1), {}
    articles = [(f"T{i}", []) for i in range(48)]
    for number in range(2114):
        words = [f"w{drawn.randrange(9000)}" for _ in range(123)]
        context, qas = " ".join(words) + ".", []
        for j in range(5):
            start = drawn.randrange(118)
            gold = " ".join(words[start : start + drawn.randrange(1, 6)])
            asked = f"What is {' '.join(words[:8])}?"
            qas.append(question(f"{number}-{j}", asked, context, gold, gold, gold.split()[0]))
            golds[f"{number}-{j}"] = gold
        articles[number % 48][1].append((context, qas))
    return dataset(articles), golds


def answers_like(golds, seed, right=0.6):
    """A reader that is right on a share of the questions, and gives a part of the gold else."""
    drawn = random.Random(seed)
    return {
        question_id: gold if drawn.random() < right else gold.split()[-1]
        for question_id, gold in golds.items()
    }


def write(path, content):
    """The path of a JSON file with this content."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)
