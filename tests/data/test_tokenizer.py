"""What the tokenizer promises: every character in its place, and words as GloVe has them.

Expected values come from splitting by hand, from nltk's `RegexpTokenizer`, from the names that
Unicode gives its letters, and from the other Pythons at hand.
"""

import json
import os
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nltk.tokenize import RegexpTokenizer

from squad_reader.data import tokenizer
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import PATTERN, Token, normalise, token_spans, tokenize

# Pieces that the alternatives of the pattern are about, and neighbours that could mislead them.
PIECES = (
    "n't N’T 's ’S 'll don't can’t funn't n 't ' ’ a I 1,000 1,00,000 3.14 10.6.8 12:30 20th 7 , . "
    "U.S. e.g. p.m J. ... -- - – `` '' \" “ / $ % & ñ İ Σ ² 中文 العربية ٣ \u0964 \u0301 \u200d "
    "\u200b \xad \ufeff \u180e \U0001f600 \U00020000 \ufe0f \ufffe"
).split(" ") + [" ", "  ", "\t", "\n", "\x85", "\xa0", "\u3000", "\u2028", "\x00", "\x1c", "\x1b"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join)
EVERY_CHARACTER = [chr(code) for code in range(0x110000)]


def split(text):
    return [text[start:end] for start, end in token_spans(text)]


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("The cat sat.", "The|cat|sat|."),
        ("I don't, can’t, WON'T.", "I|do|n't|,|ca|n’t|,|WO|N'T|."),
        ("isn'tx funn't n't ain't't", "isn|'|tx|fun|n't|n't|ai|n't|'|t"),
        ("Levi's Levi’s I'M we'll they’re", "Levi|'s|Levi|’s|I|'M|we|'ll|they|’re"),
        ("I've he'd he'dx 's that't", "I|'ve|he|'d|he|'|dx|'s|that|'|t"),
        ("WE'VE THEY'RE I'LL", "WE|'VE|THEY|'RE|I|'LL"),
        ("the boys' rock 'n' O'Neill's", "the|boys|'|rock|'|n|'|O|'|Neill|'s"),
        ("1,000,000 3.14 1,234.5 0.5%", "1,000,000|3.14|1,234.5|0.5|%"),
        ("2005,300 1,2 12,3456 10.6.8", "2005|,|300|1|,|2|12|,|3456|10.6.8"),
        ("in 1999. Then 5, .5", "in|1999|.|Then|5|,|.|5"),
        ("1990s 20th 50km H2O 4π", "1990s|20th|50km|H2O|4π"),
        ("1990–2000 24-10 12/31/99 12:30", "1990|–|2000|24|-|10|12|/|31|/|99|12|:|30"),
        ("$5 US$1.5m £3 5€ −2°C", "$|5|US|$|1.5|m|£|3|5|€|−|2|°|C"),
        ("U.S. e.g. 5 p.m. J. S. Bach", "U.S.|e.g.|5|p.m.|J|.|S|.|Bach"),
        ("U.S, D.C.. Mr. Ph.D.", "U|.|S|,|D.C.|.|Mr|.|Ph|.|D|."),
        ("well-known mid-20th-century", "well|-|known|mid|-|20th|-|century"),
        ("this--that — and/or AT&T", "this|--|that|—|and|/|or|AT|&|T"),
        ("wait... what?! ….", "wait|...|what|?|!|…|."),
        ("``so'' \"so\" “so” 'so'", "``|so|''|\"|so|\"|“|so|”|'|so|'"),
        ("a.b[1]@c_d", "a|.|b|[|1|]|@|c|_|d"),
        ("Beyoncé Beyonce\u0301 Łódź Ελλάς", "Beyoncé|Beyonce\u0301|Łódź|Ελλάς"),
        ("北京。東京、ソウル", "北京|。|東京|、|ソウル"),
        ("العربية، ١٢", "العربية|،|١٢"),
        ("मी\u200cन।", "मी\u200cन|।"),
        ("😀😀\ufe0f a\U00020000b", "😀|😀|\ufe0f|a|\U00020000|b"),
        ("a\u200bb\ufeff \x00\x07c\xad", "a|\u200b|b|\ufeff|\x00|\x07|c|\xad"),
        ("exam\xadple Ex\xad\xadam\xad-\xadple", "exam\xadple|Ex\xad\xadam|\xad|-|\xad|ple"),
        ("could\xadn't do\xadn't", "could|\xad|n't|do|\xad|n't"),
        ("Levi's\xad O'M\xadalley n't\xadx", "Levi|'s|\xad|O|'|M\xadalley|n|'|t\xadx"),
    ],
)
def test_splits_as_by_hand(text, tokens):
    assert split(text) == tokens.split("|")


@pytest.mark.parametrize("text", ["", " ", " \t\n\x0b\x0c\r\x1c\x1f\x85\xa0\u1680\u2028\u3000 "])
def test_a_text_of_spaces_has_no_tokens(text):
    assert tokenize(text) == []


@pytest.mark.parametrize(
    "source, text",
    [
        ("Denver", "denver"),
        ("É", "é"),
        ("ΟΔΟΣ", "οδοσ"),  # each letter alone: no final sigma
        ("İ", "i"),  # one letter stays one
        ("“", '"'),
        ("”", '"'),
        ("``", '"'),
        ("''", '"'),
        ('"', '"'),
        ("'", "'"),
        ("‘", "'"),
        ("’S", "'s"),
        ("N’T", "n't"),
        ("–", "-"),
        ("—", "-"),
        ("−", "-"),
        ("--", "--"),
        ("北京", "北京"),
        ("Ex\xadam\xad\xadple", "example"),
        ("\xad", "\xad"),  # alone: no token is empty
        ("😀", "😀"),
    ],
)
def test_looks_up_what_glove_has(source, text):
    assert normalise(source) == text


def test_tokens_carry_the_lookup_text_and_the_place():
    assert tokenize("“Don’t”") == [
        Token('"', 0, 1),
        Token("do", 1, 3),
        Token("n't", 3, 6),
        Token('"', 6, 7),
    ]


@given(TEXTS | st.text())
def test_tokens_cover_every_character_that_is_not_a_space_once(text):
    covered = [i for start, end in token_spans(text) for i in range(start, end)]
    assert covered == [i for i, character in enumerate(text) if not character.isspace()]
    assert all(start < end for start, end in token_spans(text))


@given(TEXTS | st.text())
def test_the_source_of_a_token_is_a_slice_of_the_text(text):
    tokens = tokenize(text)
    assert [(token.char_start, token.char_end) for token in tokens] == token_spans(text)
    for token in tokens:
        assert token.text == normalise(text[token.char_start : token.char_end])


@given(TEXTS | st.text())
def test_spaces_around_a_token_change_nothing_in_it(text):
    for source in split(text):
        assert split(f" {source} ") in ([source], split(source))


@given(TEXTS | st.text())
@example("I don't think that 1,000.50 is what the U.S. paid ... or ``3.14'' -- Levi’s")
def test_equals_nltk(text):
    assert token_spans(text) == list(RegexpTokenizer(PATTERN).span_tokenize(text))


def test_every_character_alone_is_one_token_or_a_space():
    for character in EVERY_CHARACTER:
        assert split(character) == ([] if character.isspace() else [character])


@given(TEXTS)
def test_a_python_with_characters_of_16_bits_finds_the_same_tokens(text):
    # As Python 2.7 may have been built: a character beyond U+FFFF is two, high and low surrogate.
    units = text.encode("utf-16-le", "surrogatepass")
    narrow = "".join(
        chr(low | high << 8) for low, high in zip(units[::2], units[1::2], strict=True)
    )
    tokens = [
        source.encode("utf-16-le", "surrogatepass").decode("utf-16-le") for source in split(narrow)
    ]
    assert tokens == split(text)


def names_of_capitals(first, last):
    for character in map(chr, range(first, last + 1)):
        name = unicodedata.name(character, "")
        if " CAPITAL LETTER " in name and character != "\u018e":  # its small letter is U+01DD
            yield character, name


def test_capitals_become_the_small_letters_of_the_same_name():
    checked = 0
    for block in ((0x41, 0x24F), (0x386, 0x3AB), (0x400, 0x523), (0x531, 0x556), (0x1E00, 0x1EFF)):
        for capital, name in names_of_capitals(*block):
            try:
                small = unicodedata.lookup(name.replace("CAPITAL", "SMALL"))
            except KeyError:  # such as U+01C5, CAPITAL LETTER D WITH SMALL LETTER Z WITH CARON
                continue
            if unicodedata.category(small) == "Ll":
                assert normalise(capital) == small, name
                checked += 1
    assert checked > 400


@given(TEXTS | st.text())
def test_lookup_texts_have_no_capitals_of_ascii_and_no_spaces(text):
    for token in tokenize(text):
        assert token.text == normalise(token.text)
        assert not any(c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" or c.isspace() for c in token.text)


def other_pythons():
    """Python 2.7 and 3 installations, by PYTHON27, PATH and pyenv."""
    found = [os.environ.get("PYTHON27"), shutil.which("python2.7")]
    for version in ("2.7", "3.10", "3.12", "3.13"):
        found += map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    return sorted({os.path.realpath(python) for python in found if python})


SPLIT_ELSEWHERE = """
import io, json, re, sys
with io.open(sys.argv[1], encoding="utf-8") as file:
    work = json.load(file)
table = dict((int(code), text) for code, text in work["table"])
find = re.compile(work["pattern"]).findall
tokens = [[token.translate(table) for token in find(text)] for text in work["texts"]]
print(json.dumps(tokens))
"""


@pytest.mark.parametrize("python", other_pythons())
def test_other_pythons_find_the_same_tokens(python, tmp_path):
    if subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"{python} does not run")
    texts = ["".join(PIECES), " ".join(PIECES), "x".join(PIECES), "n".join(PIECES)]
    texts += ["".join(EVERY_CHARACTER[i : i + 2048]) for i in range(0, 0xD800, 2048)]
    texts += ["".join(EVERY_CHARACTER[0xE000:0x20000:7])]  # without surrogates
    work = {"pattern": PATTERN, "table": sorted(tokenizer.LOOKUP.items()), "texts": texts}
    (tmp_path / "work.json").write_text(json.dumps(work))
    command = [python, "-c", SPLIT_ELSEWHERE, str(tmp_path / "work.json")]
    done = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C"})
    assert done.returncode == 0, done.stderr
    ours = [[source.translate(tokenizer.LOOKUP) for source in split(text)] for text in texts]
    assert json.loads(done.stdout) == ours


@pytest.mark.parametrize("file", ["dev-v1.1.json", "train-v1.1.json", "tiny-dev.json"])
def test_squad_holds_no_soft_hyphen(real_squad, file):
    """So that reading checkpoints of version 1, which cut words there, changes no result on it."""
    data = read_squad(real_squad(file))
    texts = [*data.contexts, *(example.question for example in data.examples)]
    assert len(texts) > 800 and not any("\xad" in text for text in texts)


@pytest.mark.parametrize(
    "file, at_least",
    [
        ("dev-v1.1.json", 0.996),
        pytest.param("train-v1.1.json", 0.996, marks=pytest.mark.slow),
        # 16 of its first answers are marked inside a word, such as the "ten" of "contenders".
        ("tiny-dev.json", 794 / 810),
    ],
)
def test_first_answers_of_squad_are_whole_tokens(real_squad, file, at_least):
    data = read_squad(real_squad(file))
    ends = [
        ({start for start, _ in spans}, {end for _, end in spans})
        for spans in map(token_spans, data.contexts)
    ]
    exact = 0
    for question in data.examples:
        text, char_start = question.answers[0]
        starts_here, ends_here = ends[question.context_index]
        exact += char_start in starts_here and char_start + len(text) in ends_here
    assert exact / len(data.examples) >= at_least
