"""scripts/hold_out.py: each article in one of two parts, and nothing of it changed."""

import json

import hold_out
import pytest

from squad_reader.errors import InputError


@pytest.fixture
def folder(fixtures_dir, tmp_path):
    """A data folder with the small training set."""
    text = (fixtures_dir / "small-train-v1.1.json").read_text(encoding="utf-8")
    (tmp_path / "train-v1.1.json").write_text(text, encoding="utf-8")
    return tmp_path


def articles(path):
    return json.loads(path.read_text(encoding="utf-8"))["data"]


def test_every_article_is_in_one_part_as_it_was(folder):
    whole = articles(folder / "train-v1.1.json")
    titles = {whole[0]["title"], whole[2]["title"]}
    assert hold_out.hold_out(folder, titles) == {"held-out": 2, "train-part": len(whole) - 2}
    held_out, rest = (articles(folder / f"{n}-v1.1.json") for n in ("held-out", "train-part"))
    assert held_out == [whole[0], whole[2]]
    assert rest == [article for article in whole if article["title"] not in titles]


def test_a_title_that_is_not_there_is_refused_and_nothing_is_written(folder):
    with pytest.raises(InputError, match="expected the article 'No such', found none"):
        hold_out.hold_out(folder, {"No such"})
    assert [path.name for path in folder.iterdir()] == ["train-v1.1.json"]


def test_a_folder_without_a_training_file_is_one_line(tmp_path, capsys):
    assert hold_out.main([f"--data_dir={tmp_path}"]) == 2
    line = capsys.readouterr().err
    assert line.startswith("hold_out.py: error: --data_dir: expected train-v1.1.json in ")


def test_an_article_needs_no_title(folder):
    content = json.loads((folder / "train-v1.1.json").read_text(encoding="utf-8"))
    del content["data"][1]["title"]
    content["data"][2]["title"] = ["no", "text"]
    (folder / "train-v1.1.json").write_text(json.dumps(content), encoding="utf-8")
    assert hold_out.hold_out(folder, {content["data"][0]["title"]})["held-out"] == 1
    assert articles(folder / "train-part-v1.1.json") == content["data"][1:]


@pytest.mark.parametrize("form", ["rows", "rows under data", "a list"])
def test_a_file_of_another_form_is_one_line(form, folder, flat_rows, capsys):
    path = folder / "train-v1.1.json"
    content = {
        "rows": flat_rows(path),
        "rows under data": {"data": flat_rows(path)},
        "a list": articles(path),
    }
    path.write_text(json.dumps(content[form]), encoding="utf-8")
    assert hold_out.main([f"--data_dir={folder}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f'{path}: expected articles under "data", got another form' in line
    assert [path.name for path in folder.iterdir()] == ["train-v1.1.json"]


def test_the_titles_are_a_tenth_of_squads(real_squad, tmp_path):
    (tmp_path / "train-v1.1.json").symlink_to(real_squad("train-v1.1.json").resolve())
    titles = set(hold_out.TITLES.read_text(encoding="utf-8").splitlines())
    name = real_squad("train-v1.1.json").name
    if name != "train-v1.1.json":
        (tmp_path / "train-v1.1.json").rename(tmp_path / name)
    assert hold_out.hold_out(tmp_path, titles) == {"held-out": 44, "train-part": 398}
