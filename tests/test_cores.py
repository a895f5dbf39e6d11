"""Cores that a process may use: the quotas of containers, in both forms that Linux has."""

import os

import pytest

from squad_reader import cores

HERE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """A function that writes the files of groups and gives the cores of a machine with 64."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)

    def cores_with(own, files):
        (tmp_path / "own").write_text(own, encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / "groups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return cores.num_cores(tmp_path / "own", tmp_path / "groups")

    return cores_with


V1 = "3:cpu,cpuacct:/a/b\n1:memory:/a\n"


@pytest.mark.parametrize(
    "own, files, expected",
    [
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "10000 100000\n"}, 1),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000", "a/b/cpu.max": "max 100000"}, 3),
        ("0::/on/the/host\n", {"cpu.max": "400000 100000"}, 4),
        ("0::/../x\n", {"cpu.max": "400000 100000"}, 4),
        (
            V1,
            {
                "cpu,cpuacct/a/b/cpu.cfs_quota_us": "500000\n",
                "cpu,cpuacct/a/b/cpu.cfs_period_us": "100000\n",
            },
            5,
        ),
        (
            V1,
            {
                "cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
                "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            },
            64,
        ),
        ("0::/\n", {"cpu.max": "what"}, 64),
        ("", {}, 64),
    ],
)
def test_a_quota_counts(groups, own, files, expected):
    assert groups(own, files) == expected


def test_the_groups_of_this_machine_can_be_read():
    assert 1 <= cores.num_cores() <= HERE


def test_a_machine_without_groups(tmp_path):
    assert cores.num_cores(tmp_path / "none", tmp_path / "none") == HERE


def test_a_quota_is_never_more_than_the_cores(groups):
    assert groups("0::/\n", {"cpu.max": f"{100 * 64 * 100000} 100000"}) == 64
