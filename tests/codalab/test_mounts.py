"""What `mounts` promises, as far as it can be seen in the lines; the rest is in test_dryrun."""

import os

from mounts import mount_lines


def test_dependencies_are_read_only_and_the_folder_is_not(tmp_path):
    (tmp_path / "a b.json").write_text("{}")
    lines = mount_lines("/area", {"data.json": str(tmp_path / "a b.json")}, ())
    target = "/area/root/run-bundle_dependencies/data.json"
    assert f"mount --rbind '{os.path.realpath(tmp_path)}/a b.json' {target}" in lines
    assert f"mount -o remount,bind,ro {target}" in lines
    assert "mount --rbind /area/run /area/root/run-bundle" in lines
    assert "mount -o remount,bind,ro /area/root/run-bundle" not in lines
    assert lines[-1] == "mount -o remount,bind,ro /area/root"


def test_a_folder_of_the_image_is_shown_once(tmp_path):
    (tmp_path / "env" / "base").mkdir(parents=True)
    folders = (str(tmp_path / "env" / "base"), str(tmp_path / "env"), "/usr", "/usr/local")
    lines = mount_lines("/area", {}, folders)
    assert [line for line in lines if "env" in line and "--rbind" in line] == [
        f"mount --rbind {os.path.realpath(tmp_path)}/env /area/root{tmp_path}/env"
    ]
    assert not any("/usr/local" in line for line in lines)
