"""What is printed: a table for the terminal, or Markdown."""

import pytest

from squad_reader.report.plain import summary


def test_the_table_has_a_line_for_people_and_for_each_reader(small):
    lines = small.printed.splitlines()
    assert lines[0].split() == ["reader", "F1", "EM", "without", "a", "prediction"]
    assert lines[1].startswith("people: second gold answer (4 questions)  79.2 (")
    assert lines[3].startswith("first ") and "46.0 (" in lines[3] and "20.0 (" in lines[3]
    assert lines[4].startswith("second ") and lines[4].endswith(" 1")
    assert "5 questions; in brackets 95 % intervals over 2 paragraphs, 500 resamples" in lines
    assert any(line.startswith("Expected at least 30 articles") for line in lines)
    assert any(line.startswith("first and second cannot be told apart") for line in lines)
    assert len([line for line in lines if line.startswith("signature: metric:squad-v1.1")]) == 2


def test_markdown_is_a_table_whose_cells_are_text(small):
    row = {**small.contents["readers"][0], "name": "a|b*\n<i>"}
    contents = {**small.contents, "readers": [row]}
    lines = summary(contents, markdown=True).splitlines()
    assert lines[:2] == ["| reader | F1 | EM | without a prediction |", "| --- | --- | --- | --- |"]
    assert lines[4].startswith(r"| a\|b\*\\n\<i\> | 46.0 (")
    assert lines[5] == ""


def test_markdown_escapes_sentences_warnings_and_spreads(made, make_report, tmp_path):
    data, names = made.small_data(), ["- a_1*", "#<b>"]
    path = made.write(tmp_path / "x_y.json", made.SECOND)
    readers = dict(zip(names, (made.FIRST, made.SECOND), strict=True))
    groups = [f"g|[{i}]={path}" for i in range(2)]
    lines = make_report(tmp_path, data, readers, group=groups, markdown=True).printed.splitlines()
    text = [line for line in lines if line and not line.startswith(("|", "signature: "))]
    assert any(line.startswith(r"\- a\_1\* and #\<b\> cannot be told apart") for line in text)
    assert any(line.startswith(r"\#\<b\>: 1 questions without") for line in text)
    assert any(line.startswith(r"g\|\[0\], 1 seed: F1 ") for line in text)
    assert any(r"x\_y.json: 1 ids that" in line for line in text)
    assert any(line.startswith(r"Whether g\|\[0\] or g\|\[1\] is better") for line in text)


def test_markdown_has_signatures_as_code(small):
    row = small.contents["readers"][0]
    for signature, shown in (("a_b|c", "`a_b|c`"), ("a`b", "``a`b``"), ("`b``", "``` `b`` ```")):
        contents = {**small.contents, "readers": [{**row, "signature": signature}]}
        assert summary(contents, markdown=True).splitlines()[-1] == f"signature: {shown}"
        assert summary(contents).splitlines()[-1] == f"signature: {signature}"


@pytest.mark.parametrize("markdown", [True, False])
def test_groups_of_seeds_have_their_mean(small, markdown):
    group = {"name": "A", "seeds": 1, "files": []}
    group |= {key: {"mean": 50.0, "deviation": None} for key in ("f1", "exact_match")}
    contents = {**small.contents, "seeds": {"groups": [group], "pairs": []}}
    assert "A, 1 seed: F1 50.00, EM 50.00" in summary(contents, markdown)
