"""What kind of question it is, and what kind its gold answer is, by rule, without a model."""

import re

QUESTION_WORD = re.compile(
    r"\b(how (?:many|much|long)|what|who|whom|whose|when|where|which|how|why)\b"
)
OTHER, NO_ANSWER = "other", "no answer"

_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_YEAR = r"(?:1[0-9]|20)\d\d"
_DATE = re.compile(
    rf"\b(?:{_MONTH})\b.*\d|\d.*\b(?:{_MONTH})\b|^(?:the )?(?:{_MONTH}|{_DAY})s?$"
    r"|\bcentur(?:y|ies)\b"
    rf"|\d ?(?:bc|bce|ad|ce)\b|^(?:in |by |since |around |about |the |early |mid-?|late )*{_YEAR}s?"
    rf"(?: ?(?:-|–|—|to|and|or|until) ?(?:{_YEAR}|\d\d)s?)?$",
    re.I,
)
_NUMBER = re.compile(
    r"^(?:about |around |over |under |nearly |almost |more than |less than |at least |up to |the )*"
    r"(?:[$£€¥]|us ?\$)? ?-?(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|zero)\b)",
    re.I,
)
_JOINS = set("of the and de von van der la le du for in at on to a an & al ibn bin".split())


def question_word(question: str) -> str:
    """The first question word, in lower case; "other" without one.

    Example:
        >>> [question_word(text) for text in ("In HOW many days?", "Whose dog?", "Name it")]
        ['how many', 'who', 'other']
    """
    found = QUESTION_WORD.search(question.lower())
    word = found.group(1) if found else OTHER
    return "who" if word in ("whom", "whose") else word


def answer_kind(text: str | None) -> str:
    """Date, number, name or other phrase; "no answer" for None.

    A name is words that all begin with a capital, but for such as "of" between them.

    Example:
        >>> [answer_kind(each) for each in ("7 February 2016", "$1,200", "Bank of Riga", "by bus")]
        ['date', 'number', 'name', 'other phrase']
    """
    if text is None:
        return NO_ANSWER
    text = " ".join(text.split()).strip(".,;:'\"“”()")
    if _DATE.search(text):
        return "date"
    if _NUMBER.match(text):
        return "number"
    words = [word for word in re.split(r"[\s-]+", text) if word.lower() not in _JOINS]
    letters = [re.sub(r"^\W+", "", word)[:1] for word in words]
    is_name = bool(words) and all(each.isupper() or each.isdigit() for each in letters)
    return "name" if is_name and any(each.isupper() for each in letters) else "other phrase"
