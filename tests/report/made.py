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
