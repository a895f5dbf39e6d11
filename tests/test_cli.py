"""What the command line promises: flags as in the 2018 code, and one clear line for a wrong one."""

import dataclasses
import errno
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from squad_reader import cli, paths, registry, runtime
from squad_reader.config import Config, names_in, values_of
from squad_reader.errors import InputError
from squad_reader.flags import GROUPS, make_parser
from squad_reader.model.baseline.options import BaselineOptions
from squad_reader.options import option, option_names, options_of

KINDS = [Config, *(registry.architecture(name).options for name in registry.names())]
MODELS = registry.names()
MODES = ["train", "show_examples", "official_eval", "export"]
MAIN = Path(__file__).parent.parent / "code" / "main.py"


def parse(*argv):
    return make_parser().parse_flags(argv)


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs `main` with every mode replaced; gives (status, flags the mode got, stderr)."""

    def run(*argv):
        got = []
        for mode in cli.MODE_FUNCTIONS:
            monkeypatch.setitem(cli.MODE_FUNCTIONS, mode, lambda given: got.append(given))
        status = cli.main(argv)
        return status, got, capsys.readouterr().err

    return run


@dataclasses.dataclass(frozen=True)
class Own:
    """Options of a made-up model; it shares one with the baseline."""

    hidden_size: int = option("model", 7, "units", low=1, high=9)
    shape: str = option("model", "new", "how 5 % of it look", choices=("old", "new"))


@pytest.fixture
def own(monkeypatch):
    """The name of a made-up model that is registered for one test."""
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    training = {"batch_size": 3, "schedule": "linear"}
    made_up = registry.Architecture(
        "a made-up model", "Nobody, 2018", Own, lambda _: [], object, training
    )
    registry.register("own", made_up)
    return "own"


@pytest.fixture
def checkpoint(tmp_path):
    """Folder of a checkpoint that has a config.json and nothing else."""
    from squad_reader.data.tokenizer import TOKENIZER_VERSION
    from squad_reader.predict.facts import FORMAT_VERSION

    facts = {
        "format_version": FORMAT_VERSION,
        "tokenizer_version": TOKENIZER_VERSION,
        "model": {
            "model": "baseline",
            "hidden_size": 12,
            "embedding_size": 50,
            "dropout": 0.15,
            "trained_words": 0,
        },
        "data": {"context_len": 400, "question_len": 30},
        "glove": {"check": {}},
        "files": {},
        "trained_word_list": [],
        "step": 1,
        "seed": 42,
    }
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_a_value_may_follow_an_equals_sign_or_a_space():
    assert parse("--hidden_size=7") == parse("--hidden_size", "7") == {"hidden_size": 7}
    assert parse("--gpu", "-1") == parse("--gpu=-1") == {"gpu": -1}
    assert parse("--dropout=0.5", "--span", "independent") == {
        "dropout": 0.5,
        "span": "independent",
    }


def test_only_flags_that_were_given_are_passed_on():
    assert parse() == {}


def test_a_value_may_hold_an_equals_sign_and_spaces():
    assert parse("--train_dir=a=b c") == {"train_dir": "a=b c"}


@pytest.mark.parametrize(
    "flag, nearest",
    [
        ("--hiden_size=3", "--hidden_size"),
        ("--hidden-size=3", "--hidden_size"),
        ("--experiment=x", "--experiment_name"),
        ("--exp=x", "--experiment_name"),
        ("--batch=3", "--batch_size"),
        ("--xyzzy=3", None),
        ("--json_input_path=x", "--json_in_path"),
        ("stray", None),
    ],
)
def test_an_unknown_or_abbreviated_flag_is_refused_with_the_nearest_name(run, flag, nearest):
    status, got, err = run(flag)
    hint = f"did you mean {nearest}?" if nearest else "see --help"
    assert err == f"main.py: error: unknown flag {flag.split('=')[0]}; {hint}\n"
    assert status != 0
    assert got == []


def test_every_abbreviation_of_every_flag_is_refused():
    names = {name for kind in KINDS for name in option_names(kind)}
    for name in names:
        for cut in range(1, len(name)):
            if name[:cut] not in names:
                with pytest.raises(InputError, match="unknown flag"):
                    parse(f"--{name[:cut]}", "0")


@pytest.mark.parametrize(
    "flag, line",
    [
        ("--hidden_size=many", "argument --hidden_size: invalid int value: 'many'"),
        ("--hidden_size=1.5", "argument --hidden_size: invalid int value: '1.5'"),
        ("--hidden_size", "argument --hidden_size: expected one argument"),
        ("--hidden_size=0", "--hidden_size must be at least 1, got 0"),
        ("--dropout=nan", "--dropout must be in [0, 1), got nan"),
        ("--batch_size=0", "--batch_size must be at least 1, got 0"),
        ("--span=all", "--span must be one of joint, independent, got 'all'"),
        ("--model=none", f"--model must be one of {', '.join(MODELS)}, got 'none'"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_flag_in_every_mode(
    run, mode, flag, line
):
    status, got, err = run(f"--mode={mode}", flag)
    assert (status, got, err) == (2, [], f"main.py: error: {line}\n")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "flags, line",
    [
        (["--shape=round"], "--shape must be one of old, new, got 'round'"),
        (["--model=own", "--hidden_size=10"], "--hidden_size must be at most 9, got 10"),
        (["--model=own", "--dropout=0"], "--dropout: --model=own has no such option; see --help"),
        (
            ["--model=baseline", "--shape=old"],
            "--shape: --model=baseline has no such option; see --help",
        ),
    ],
)
def test_flags_of_models_are_refused_at_once_in_every_mode(run, own, mode, flags, line):
    status, got, err = run(f"--mode={mode}", *flags)
    assert (status, got, err) == (2, [], f"main.py: error: {line}\n")


def test_a_flag_of_another_model_than_the_default_is_refused_before_files_are_looked_for(
    capsys, own
):
    line = error_line(capsys, "--shape=old", "--train_dir=x", "--train_path=none")
    assert line == "--shape: --model=baseline has no such option; see --help"


def test_a_wrong_choice_is_refused_with_the_choices(run):
    status, got, err = run("--mode=evaluate")
    assert status == 2 and got == [] and err.count("\n") == 1
    for word in ("--mode", "'evaluate'", "train", "show_examples", "official_eval"):
        assert word in err


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_that_was_asked_for_runs_with_the_flags(run, mode):
    assert run(f"--mode={mode}", "--seed=3") == (0, [{"mode": mode, "seed": 3}], "")


def test_ctrl_c_is_one_line_and_the_usual_status(monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.MODE_FUNCTIONS, "train", stop)
    assert cli.main([]) == 130
    assert capsys.readouterr().err == "main.py: stopped\n"


def test_a_bug_is_not_hidden_as_bad_input(monkeypatch):
    def broken(_):
        raise ValueError("a bug")

    monkeypatch.setitem(cli.MODE_FUNCTIONS, "train", broken)
    with pytest.raises(ValueError, match="a bug"):
        cli.main([])


# --- help -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def help_run():
    """stdout of `main.py --help`, and the modules it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(MAIN), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = [line.split("|")[-1].strip() for line in done.stderr.splitlines()]
    return done.stdout, modules


def test_help_names_every_flag_with_its_default_under_its_group(help_run):
    text = help_run[0]
    flat = " ".join(text.split())
    items = {}  # a flag that two models have stands with the first
    for item in (item for kind in KINDS for item in options_of(kind)):
        items.setdefault(item.name, item)
    for item in items.values():
        assert f" --{item.name} " in flat
        if item.default not in ("", False, ()):
            assert f"{item.metadata['help']} (default: {item.default})" in flat
    titles = [title + ":" for title in GROUPS.values()]
    titles += [f"--model={name} (with a checkpoint these come from it):" for name in MODELS]
    places = [text.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "argv",
    [
        ["ask", "Who lit it?", "--context=f"],
        ["ask", "--context=f", "Who lit it?"],
        ["ask", "--context", "f", "Who lit it?"],
        ["--context=f", "ask", "Who lit it?"],
        ["--context", "f", "--mode=ask", "Who lit it?"],
        ["ask", "--question=Who lit it?", "--context=f"],
    ],
)
def test_the_question_may_stand_before_and_behind_flags(argv):
    expected = {"mode": "ask", "question": "Who lit it?", "context": "f"}
    assert make_parser().parse_flags(argv) == expected


def test_a_flag_without_a_value_takes_no_question():
    given = make_parser().parse_flags(["ask", "--json", "ask"])
    assert given == {"mode": "ask", "json": True, "question": "ask"}


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["ask", "Who", "lit", "--context=f"], "in quotes, and the text as --context=FILE; got 2"),
        (["ask", "Who lit it?", "f.txt"], "--context=FILE; got 2: 'Who lit it?', 'f.txt'"),
        (["ask", "Who?", "--question=Where?"], "got 2: 'Who?', 'Where?'"),
        (["serve", "Who?"], "unknown flag Who?; see --help"),
        (["Who?"], "unknown flag Who?; see --help"),
        (["aks", "Who?"], "unknown flag aks; did you mean ask?"),
        (["ask", "Who?", "--contxt=f"], "unknown flag --contxt; did you mean --context?"),
    ],
)
def test_words_that_are_no_question_are_refused(argv, line):
    with pytest.raises(InputError) as caught:
        make_parser().parse_flags(argv)
    assert line in str(caught.value)


def test_serve_says_what_it_needs(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "squad_reader.serve.server", None)  # as without FastAPI
    assert cli.main(["serve"]) == 2
    assert "`pip install fastapi uvicorn`" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("mode", ["ask", "serve", "report"])
def test_behind_a_mode_too_help_is_asked_for_by_both_flags(mode, flag, capsys):
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_flags([mode, flag])
    assert ended.value.code == 0 and capsys.readouterr().out.startswith("usage: main.py ")


def test_help_tells_of_each_model_what_it_is_and_its_own_defaults(own, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = make_parser().format_help()
    assert "  GloVe, a bidirectional GRU" in text and "\n  (the default project of" in text
    entry = text[text.index("--model=own") :].splitlines()
    assert entry == [
        "--model=own (with a checkpoint these come from it):",
        "  a made-up model",
        "  (Nobody, 2018)",
        "  with its own defaults of flags above: --hidden_size=7 --batch_size=3",
        "  --schedule=linear",
        "",
        "  --shape {old,new}     how 5 % of it look (default: new)",
    ]
    assert "--model {" + ",".join(registry.names()) + "}" in "".join(text.split("\n"))


@pytest.mark.parametrize(
    "flag, unit",
    [
        ("context_len", "tokens"),
        ("max_answer_len", "tokens"),
        ("save_every", "steps"),
        ("dropout", "fraction"),
        ("batch_size", "questions"),
        ("num_epochs", "epochs"),
        ("hidden_size", "units"),
    ],
)
def test_help_gives_the_unit_of_a_number(help_run, flag, unit):
    text = " ".join(help_run[0].split())
    begin = text.index(f" --{flag} ")
    assert unit in text[begin : begin + 150]


def test_help_waits_for_nothing_heavy(help_run):
    roots = {name.split(".")[0] for name in help_run[1]}
    assert "argparse" in roots and "squad_reader" in roots  # the list is not empty
    assert not roots & {"tensorflow", "keras", "numpy", "nltk", "tqdm", "tensorboard", "h5py"}


def test_a_wrong_flag_from_outside_is_one_line_and_no_traceback():
    done = subprocess.run(
        [sys.executable, str(MAIN), "--experiment", "x"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "main.py: error: unknown flag --experiment; did you mean --experiment_name?\n"
    )


# --- paths ------------------------------------------------------------------------------------


def test_the_home_folder_is_meant_by_a_tilde_in_every_path_flag(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    for name in names_in("paths"):
        assert parse(f"--{name}=~/x") == parse(f"--{name}", "~/x") == {name: "/home/me/x"}
        assert parse(f"--{name}=a~/x") == {name: "a~/x"}
    assert parse("--experiment_name=~x") == {"experiment_name": "~x"}


# --- what a mode needs --------------------------------------------------------------------------


def error_line(capsys, *argv):
    """The one line that `main` prints for these flags."""
    assert cli.main(argv) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err.removeprefix("main.py: error: ").rstrip("\n")


@pytest.mark.parametrize("flag", ["train_path", "dev_path", "glove_path"])
def test_a_file_that_training_lacks_is_named_with_its_flag(tmp_path, capsys, flag):
    paths = {name: tmp_path / name for name in ("train_path", "dev_path", "glove_path")}
    for name, path in paths.items():
        if name != flag:
            path.touch()
    flags = [f"--{name}={path}" for name, path in paths.items()]
    line = error_line(capsys, f"--train_dir={tmp_path / 'e'}", *flags)
    assert line == f"--{flag}: expected a file, but there is none at {paths[flag]}"
    assert not (tmp_path / "e").exists()


def test_training_needs_a_name(capsys):
    assert error_line(capsys) == "--experiment_name: expected a name for the experiment, got none"


def test_show_examples_needs_a_checkpoint(capsys):
    line = error_line(capsys, "--mode=show_examples")
    assert line == "--ckpt_load_dir or --experiment_name: expected one, got neither"


@pytest.mark.parametrize(
    "missing, given", [("json_in_path", "ckpt_load_dir"), ("ckpt_load_dir", "json_in_path")]
)
def test_official_eval_needs_two_paths(capsys, missing, given):
    line = error_line(capsys, "--mode=official_eval", f"--{given}=x")
    assert line == f"--{missing}: --mode=official_eval needs it, got none"


def test_answers_need_a_name(capsys):
    flags = ["--mode=official_eval", "--ckpt_load_dir=x", "--json_in_path=x", "--json_out_path="]
    line = error_line(capsys, *flags)
    assert line == "--json_out_path: --mode=official_eval needs it, got none"


def test_official_eval_names_a_missing_checkpoint(capsys, tmp_path):
    line = error_line(
        capsys, "--mode=official_eval", "--json_in_path=x", f"--ckpt_load_dir={tmp_path}"
    )
    assert line == (
        "--ckpt_load_dir: expected a checkpoint folder with config.json, but "
        f"{tmp_path / 'config.json'}: No such file or directory"
    )


@pytest.mark.parametrize(
    "mode, flags", [("ask", ["--text=a"]), ("serve", []), ("export", ["--export_dir=e"])]
)
def test_several_checkpoints_where_one_is_wanted_are_refused_at_once(capsys, mode, flags):
    line = error_line(capsys, f"--mode={mode}", "--ckpt_load_dir=a,b", *flags)
    assert line == f"--ckpt_load_dir: --mode={mode} takes one checkpoint, got 2: a,b"


@pytest.mark.parametrize("flag", ["json_in_path", "glove_path"])
def test_a_file_that_official_eval_lacks_is_named_with_its_flag(capsys, tmp_path, checkpoint, flag):
    paths = {name: tmp_path / name for name in ("json_in_path", "glove_path")}
    for name, path in paths.items():
        if name != flag:
            path.touch()
    line = error_line(
        capsys,
        "--mode=official_eval",
        f"--ckpt_load_dir={checkpoint}",
        *(f"--{name}={path}" for name, path in paths.items()),
    )
    assert line == f"--{flag}: expected a file, but there is none at {paths[flag]}"


@pytest.mark.parametrize("flag", ["json_out_path", "nbest_out_path"])
def test_a_folder_to_write_in_is_missed_before_the_work(capsys, tmp_path, checkpoint, flag):
    (tmp_path / "in").touch()
    line = error_line(
        capsys,
        "--mode=official_eval",
        f"--ckpt_load_dir={checkpoint}",
        f"--json_in_path={tmp_path / 'in'}",
        f"--glove_path={tmp_path / 'in'}",
        f"--{flag}={tmp_path / 'no' / 'out.json'}",
    )
    assert line == f"--{flag}: expected a folder to write in, but there is none: {tmp_path / 'no'}"


CHINESE = "阅" * 90  # 270 bytes, of the 255 that a file's name may have


@pytest.mark.parametrize("flag", ["json_out_path", "nbest_out_path", "cache_dir"])
@pytest.mark.parametrize("kind", ["a long name", "a file in place of a folder"])
def test_what_cannot_be_written_is_told_before_the_work(
    capsys, tmp_path, monkeypatch, checkpoint, flag, kind
):
    name = CHINESE if kind == "a long name" else "in/a"
    reason = "File name too long" if kind == "a long name" else "expected a folder"
    if flag == "cache_dir" and kind != "a long name":
        return  # a run goes on without its cache
    (tmp_path / "in").touch()
    monkeypatch.setattr(runtime, "prepare_backend", None)  # it does not come that far
    line = error_line(
        capsys,
        "--mode=official_eval",
        f"--ckpt_load_dir={checkpoint}",
        f"--json_in_path={tmp_path / 'in'}",
        f"--glove_path={tmp_path / 'in'}",
        f"--json_out_path={tmp_path / 'o'}",
        f"--{flag}={tmp_path / name}",
    )
    assert line.startswith(f"--{flag}: ") and reason in line
    assert sorted(os.listdir(tmp_path)) == ["checkpoint", "in"]


@pytest.mark.parametrize("flag", ["json_out_path", "nbest_out_path", "export_dir", "train_dir"])
def test_a_read_only_file_system_is_told_before_the_work(
    capsys, tmp_path, monkeypatch, checkpoint, flag
):
    def refuse(*_, dir, **__):
        raise OSError(errno.EROFS, "Read-only file system", dir)

    (tmp_path / "in").touch()
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    monkeypatch.setattr(runtime, "prepare_backend", None)
    mode = {"export_dir": "export", "train_dir": "train"}.get(flag, "official_eval")
    beside = ["--json_out_path=/dev/null"] * (flag == "nbest_out_path")
    files = [f"--{name}_path={tmp_path / 'in'}" for name in ("json_in", "glove", "train", "dev")]
    line = error_line(
        capsys,
        f"--mode={mode}",
        f"--ckpt_load_dir={checkpoint}",
        *files,
        *beside,
        f"--{flag}={tmp_path / 'new'}",
    )
    assert line == f"--{flag}: cannot write {tmp_path / 'new'}: Read-only file system"


@pytest.mark.parametrize("flag", ["experiment_name", "train_dir"])
def test_a_name_of_an_experiment_is_measured_in_bytes(capsys, tmp_path, monkeypatch, flag):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "project_root", lambda: str(tmp_path))
    (tmp_path / "in").touch()
    files = [f"--{name}_path={tmp_path / 'in'}" for name in ("glove", "train", "dev")]
    line = error_line(capsys, f"--{flag}={CHINESE}", *files)
    assert line.startswith(f"--{flag}: cannot write ") and line.endswith(": File name too long")
    assert os.listdir(tmp_path) == ["in"]


def test_an_error_of_the_system_is_one_line_with_the_file(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(cli.MODE_FUNCTIONS, "train", lambda _: open(tmp_path / "none"))
    assert cli.main([]) == 1
    assert capsys.readouterr().err == (
        f"main.py: error: {tmp_path / 'none'}: No such file or directory\n"
    )


# --- flags beside a checkpoint ------------------------------------------------------------------


@pytest.mark.parametrize(
    "flags, part",
    [
        (["--json_out_path={data}"], "--json_out_path: expected another file than --json_in_path"),
        (["--json_out_path=o", "--nbest_out_path=o"], "another file than --json_out_path"),
        (["--json_out_path={folder}"], "--json_out_path: expected a file to write, got a folder"),
    ],
)
def test_an_output_never_takes_the_place_of_another_file(
    capsys, tmp_path, monkeypatch, checkpoint, flags, part
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.json").write_text("{}")
    (tmp_path / "glove").touch()
    line = error_line(
        capsys,
        "--mode=official_eval",
        f"--ckpt_load_dir={checkpoint}",
        f"--json_in_path={tmp_path / 'data.json'}",
        f"--glove_path={tmp_path / 'glove'}",
        *(flag.format(data=tmp_path / "data.json", folder=tmp_path) for flag in flags),
    )
    assert part in line
    assert (tmp_path / "data.json").read_text() == "{}"


@pytest.mark.parametrize(
    "steps, value, part",
    [
        (("glove",), None, "'glove'"),
        (("seed",), "x", "'seed'"),
        (("model", "hidden_size"), "20", "hidden_size"),
        (("model", "layers"), 2, "layers"),
        (("data", "paragraphs"), 2, "paragraphs"),
        (("trained_word_list",), ["a"], "trained words"),
    ],
)
def test_a_config_with_a_part_that_is_not_what_it_must_be_is_refused(
    capsys, checkpoint, steps, value, part
):
    path = checkpoint / "config.json"
    facts = place = json.loads(path.read_text("utf-8"))
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    path.write_text(json.dumps(facts))
    flags = ["--mode=official_eval", f"--ckpt_load_dir={checkpoint}", "--json_in_path=x"]
    line = error_line(capsys, *flags)
    assert str(path) in line and part in line


@pytest.mark.parametrize(
    "part, name, value", [("data", "context_len", 600), ("model", "trained_words", 0)]
)
def test_an_option_that_an_old_checkpoint_lacks_behaves_as_before_there_was_one(
    checkpoint, part, name, value
):
    path = checkpoint / "config.json"
    facts = json.loads(path.read_text("utf-8"))
    del facts[part][name]
    path.write_text(json.dumps(facts))
    assert values_of(cli.from_checkpoint({"ckpt_load_dir": str(checkpoint)}))[name] == value


def test_the_architecture_comes_from_the_checkpoint(checkpoint):
    config = cli.from_checkpoint({"ckpt_load_dir": str(checkpoint)})
    assert (config.embedding_size, config.context_len) == (50, 400)
    assert config.model_options == BaselineOptions(hidden_size=12, dropout=0.15, trained_words=0)


def of_own(checkpoint):
    """Make it a checkpoint of the made-up model; gives its flags."""
    path = checkpoint / "config.json"
    facts = json.loads(path.read_text("utf-8"))
    facts["model"] = {"model": "own", "embedding_size": 50, "hidden_size": 5, "shape": "old"}
    path.write_text(json.dumps(facts))
    return ["--json_in_path=x", f"--ckpt_load_dir={checkpoint}"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "flag, part",
    [
        ("--shape=new", "has old, the flag says new; leave the flag out"),
        ("--hidden_size=6", "has 5, the flag says 6; leave the flag out"),
        ("--model=baseline", "has own, the flag says baseline; leave the flag out"),
        ("--dropout=0.5", "--dropout: --model=own has no such option; see --help"),
    ],
)
def test_a_flag_is_compared_with_what_the_checkpoint_says_of_its_model(
    capsys, own, checkpoint, mode, flag, part
):
    export = ["--export_dir=e"] * (mode == "export")
    line = error_line(capsys, f"--mode={mode}", *of_own(checkpoint), *export, flag)
    assert line.startswith(flag.split("=")[0] + ": ") and part in line


def test_a_model_that_is_not_registered_is_told_with_what_to_do(capsys, checkpoint):
    line = error_line(capsys, "--mode=official_eval", *of_own(checkpoint))
    known = ", ".join(registry.names())
    assert line == (
        f"{checkpoint / 'config.json'}: expected a model that is known here ({known}), got 'own'; "
        "run the file that registers it, or call squad_reader.register"
    )


@pytest.mark.parametrize("mode", ["train", "show_examples"])
def test_a_flag_of_the_checkpoints_own_model_may_be_given_without_its_name(
    capsys, own, checkpoint, tmp_path, mode
):
    of_own(checkpoint)
    flags = [f"--ckpt_load_dir={checkpoint}"]
    if mode == "show_examples":
        checkpoint.rename(tmp_path / "best_checkpoint")
        flags = []
    flags += ["--hidden_size=5", "--shape=old", f"--train_dir={tmp_path}", "--data_dir=none"]
    line = error_line(capsys, f"--mode={mode}", *flags)
    assert "expected a file, but there is none at none/" in line  # all flags were taken


@pytest.mark.parametrize(
    "name, stored, given",
    [
        ("hidden_size", 12, 200),
        ("embedding_size", 50, 100),
        ("dropout", 0.15, 0.2),
        ("context_len", 400, 600),
        ("question_len", 30, 20),
        ("trained_words", 0, 5),
    ],
)
def test_a_flag_that_contradicts_the_checkpoint_names_both_values(
    capsys, checkpoint, name, stored, given
):
    line = error_line(
        capsys,
        "--mode=official_eval",
        "--json_in_path=x",
        f"--ckpt_load_dir={checkpoint}",
        f"--{name}={given}",
    )
    assert line == (
        f"--{name}: the checkpoint in {checkpoint} has {stored}, the flag says {given}; "
        "leave the flag out"
    )


def test_a_flag_that_agrees_with_the_checkpoint_may_be_given(checkpoint):
    given = {"ckpt_load_dir": str(checkpoint), "hidden_size": 12, "dropout": 0.15}
    assert cli.from_checkpoint(given) == cli.from_checkpoint({"ckpt_load_dir": str(checkpoint)})


def test_a_flag_that_is_no_part_of_the_model_may_differ(checkpoint):
    given = {"ckpt_load_dir": str(checkpoint), "batch_size": 3, "max_answer_len": 5}
    config = cli.from_checkpoint(given)
    assert (config.batch_size, config.max_answer_len) == (3, 5)


# --- backend ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gpu", "before", "after"),
    [
        (0, None, "0"),
        (3, None, "3"),
        (-1, None, "-1"),
        (0, "5", "5"),
        (1, "5,7", "7"),
        (-1, "5,7", "-1"),
        (0, "", ""),
    ],
)
def test_the_gpu_flag_chooses_among_those_that_can_be_seen(monkeypatch, gpu, before, after):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # so that the end of the test puts it back
    monkeypatch.setattr(runtime, "VISIBLE_GPUS", before)
    monkeypatch.setattr(runtime, "_set_threads", lambda number: None)
    assert runtime.prepare_backend(gpu) == os.environ.get("KERAS_BACKEND", "tensorflow")
    assert os.environ["CUDA_VISIBLE_DEVICES"] == after


def test_a_gpu_that_cannot_be_seen_is_refused(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    monkeypatch.setattr(runtime, "VISIBLE_GPUS", "5,7")
    with pytest.raises(InputError, match="--gpu: expected less than 2, .*=5,7 .*, got 2"):
        runtime.prepare_backend(2)


@pytest.mark.parametrize(
    "content",
    [
        '{"backend": "theano", "floatx": "float16", "epsilon": 0.1}',
        '{"floatx": "float8"}',
        "[]",
    ],
)
def test_keras_json_at_home_changes_nothing(tmp_path, content):
    folder = tmp_path / ".keras"
    folder.mkdir()
    (folder / "keras.json").write_text(content)
    program = (
        "from squad_reader.runtime import prepare_backend; print(prepare_backend());"
        "import keras, os; print(keras.config.floatx(), keras.config.epsilon());"
        "print(keras.config.dtype_policy().name, os.environ.get('KERAS_HOME'))"
    )
    env = {key: os.environ[key] for key in os.environ if not key.startswith("KERAS_")}
    env = {**env, "PYTHONPATH": str(MAIN.parent), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["tensorflow", "float32", "1e-07", "float32", "None"]
    assert os.listdir(folder) == ["keras.json"]


@pytest.mark.parametrize("backend", ["theano", "paddle"])
def test_a_backend_that_is_not_there_is_one_line(fixtures_dir, tmp_path, backend):
    data = fixtures_dir / "small-dev-v1.1.json"
    flags = [f"--train_path={data}", f"--dev_path={data}", f"--train_dir={tmp_path / 'e'}"]
    done = subprocess.run(
        [sys.executable, str(MAIN), *flags, f"--glove_path={data}"],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": backend},
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("main.py: error: expected Keras and its backend")
    assert f"KERAS_BACKEND={backend}" in done.stderr


def test_examples_are_not_shown_to_a_closed_stdout(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", None)
    assert cli.main(["--mode=show_examples", "--ckpt_load_dir=x"]) == 2
    assert capsys.readouterr().err == (
        "main.py: error: --mode=show_examples: expected a stdout to print on, got a closed one\n"
    )


def test_ask_with_a_closed_stdout_or_stdin_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert cli.main(["ask", "--text=a"]) == 2
    monkeypatch.setattr(sys, "stdout", None)
    assert cli.main(["ask", "Who?", "--text=a"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "main.py: error: --question: expected one, or a stdin to read some from; it is closed",
        "main.py: error: --mode=ask: expected a stdout to print on, got a closed one",
    ]


@pytest.mark.parametrize(
    "batch_by, given, expected",
    [("contexts", None, "0"), ("questions", None, "None"), ("contexts", "1", "1")],
)
def test_training_by_contexts_is_without_onednn_unless_told(
    batch_by, given, expected, small_flags, tmp_path, monkeypatch, capsys
):
    """Asked of what it would import TensorFlow with; the training itself does not run."""
    from squad_reader.train import loop

    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "")  # so that it is put back afterwards
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    monkeypatch.setattr(loop, "train", lambda _: print(os.environ.get("TF_ENABLE_ONEDNN_OPTS")))
    if given:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", given)
    assert cli.main([*small_flags(tmp_path / "run"), f"--batch_by={batch_by}"]) == 0
    assert capsys.readouterr().out == expected + "\n"
