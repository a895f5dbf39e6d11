"""Paths that were not given, and folders of checkpoints by their names."""

from squad_reader import paths
from squad_reader.config import Config
from squad_reader.flags import make_parser
from squad_reader.paths import fill_paths, folders_of, project_root


def test_paths_that_were_not_given_are_those_of_the_2018_project(monkeypatch):
    monkeypatch.setattr(paths, "project_root", lambda: "/project")
    config = fill_paths(Config(experiment_name="a", embedding_size=50))
    assert config.data_dir == "/project/data"
    assert config.train_dir == "/project/experiments/a"
    assert config.glove_path == "/project/data/glove.6B.50d.txt"
    assert config.train_path == "/project/data/train-v1.1.json"
    assert config.dev_path == "/project/data/dev-v1.1.json"
    assert config.cache_dir == ""


def test_paths_that_were_given_stay():
    names = ("data_dir", "train_dir", "glove_path", "train_path", "dev_path", "cache_dir")
    given = {name: f"/my/{name}" for name in names}
    config = fill_paths(Config(experiment_name="a", **given))
    assert {name: getattr(config, name) for name in names} == given


def test_the_data_folder_may_hold_json_gz(tmp_path):
    (tmp_path / "train-v1.1.json.gz").touch()
    (tmp_path / "dev-v1.1.json.gz").touch()
    (tmp_path / "dev-v1.1.json").touch()
    config = fill_paths(Config(data_dir=str(tmp_path)))
    assert config.train_path == str(tmp_path / "train-v1.1.json.gz")
    assert config.dev_path == str(tmp_path / "dev-v1.1.json")


def test_the_project_is_the_folder_that_holds_code_even_through_a_link(tmp_path, monkeypatch):
    (tmp_path / "store" / "code" / "squad_reader").mkdir(parents=True)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "code").symlink_to(tmp_path / "store" / "code")
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "run/code/squad_reader/paths.py"))
    assert project_root() == str(tmp_path / "run")


def test_an_installed_package_works_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "__file__", "/usr/lib/site-packages/squad_reader/paths.py")
    monkeypatch.chdir(tmp_path)
    assert project_root() == str(tmp_path)


def test_the_home_folder_is_meant_by_a_tilde_in_each_of_several_checkpoints(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    home = str(tmp_path)
    given = make_parser().parse_flags(["--ckpt_load_dir=~/a,b,~/c"])
    for names in (given["ckpt_load_dir"], "~/a,b,~/c"):
        assert folders_of(names) == [f"{home}/a", "b", f"{home}/c"]
    (tmp_path / "a,b").mkdir()  # one folder, whatever its name
    assert folders_of("~/a,b") == [f"{home}/a,b"]
