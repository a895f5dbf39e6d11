"""Equal answers on every machine: the golden checkpoint under all settings of the processor.

The settings are those of `scripts/measure_noise.py`; each is a process of its own. That the golden
checkpoint has no span near the edge of the rule's distance is checked first: because of this, the
bytes are always equal, not by chance.
"""

import json
import os
import sys

import measure_noise
import pytest

from squad_reader.cli import from_checkpoint
from squad_reader.data.squad_json import read_squad
from squad_reader.model import span_decoder
from squad_reader.predict.official_eval import official_eval

MARGIN = 2e-5  # in nats: twice the largest difference that was measured between two settings
NUM_BEST = 5


SETTINGS = {setting.name: setting for setting in [*measure_noise.SETTINGS, measure_noise.JAX]}


@pytest.fixture(scope="module")
def questions(fixtures_dir, request, tmp_path_factory):
    """The hard questions of tiny-v1.1.json and, where SQuAD is at hand, those of tiny-dev.json."""
    paths = [fixtures_dir / "tiny-v1.1.json"]
    try:
        paths.append(request.getfixturevalue("real_squad")("tiny-dev.json"))
    except pytest.skip.Exception as reason:
        print(reason)
    articles = [json.loads(path.read_text(encoding="utf-8"))["data"] for path in paths]
    path = tmp_path_factory.mktemp("questions") / "questions.json"
    content = {"version": "1.1", "data": [one for some in articles for one in some]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def flags(fixtures_dir, questions):
    return {
        "ckpt_load_dir": str(fixtures_dir / "golden_checkpoint"),
        "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
        "json_in_path": str(questions),
        "num_best": NUM_BEST,
    }


@pytest.fixture(scope="module")
def answered(flags, tmp_path_factory):
    """predictions.json as bytes and n-best lists, answered in this process."""
    return answer(flags, tmp_path_factory.mktemp("answered"))


def answer(flags, folder, **options):
    outputs = {"json_out_path": str(folder / "p.json"), "nbest_out_path": str(folder / "n.json")}
    official_eval(from_checkpoint({**flags, **outputs, **options}))
    return (folder / "p.json").read_bytes(), places(folder / "n.json")


def places(path):
    """Question id -> the spans of its n-best list, without their probabilities."""
    lists = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [(s["char_start"], s["char_end"]) for s in spans] for name, spans in lists.items()
    }


@pytest.mark.parametrize("span", ["joint", "independent"])
@pytest.mark.parametrize("change", [-MARGIN, MARGIN])
def test_no_span_of_the_golden_reader_is_near_the_edge(
    answered, flags, fixtures_dir, tmp_path, monkeypatch, span, change
):
    expected = answer(flags, tmp_path, span=span) if span != "joint" else answered
    distance = span_decoder.DISTANCE
    monkeypatch.setattr(span_decoder, "DISTANCE", distance + change)
    found = answer(flags, tmp_path, span=span)
    assert found[0] == expected[0]
    for example in read_squad(fixtures_dir / "tiny-v1.1.json").examples:
        assert found[1][example.id] == expected[1][example.id]


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SETTINGS))
def test_the_answers_are_equal_bytes_under_every_setting(
    answered, flags, fixtures_dir, run_main, tmp_path, name
):
    """And the n-best lists of the hard questions; of the others it prints the differences."""
    setting = SETTINGS[name]
    if setting.environment.get("KERAS_BACKEND") == "jax":
        pytest.importorskip("jax")
    done = run_main(
        "--mode=official_eval",
        *(f"--{flag}={value}" for flag, value in flags.items()),
        f"--json_out_path={tmp_path / 'p.json'}",
        f"--nbest_out_path={tmp_path / 'n.json'}",
        *setting.flags,
        env={**os.environ, **setting.environment},
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p.json").read_bytes() == answered[0]
    found = places(tmp_path / "n.json")
    for example in read_squad(fixtures_dir / "tiny-v1.1.json").examples:
        assert found[example.id] == answered[1][example.id]
    others = sum(found[key] != answered[1][key] for key in found)
    print(f"{name}: {others} of {len(found)} n-best lists differ", file=sys.stderr)
