"""What the download step promises: whole files or none, resume, local files, GloVe from npm."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from squad_reader.data import download
from squad_reader.data.download import main
from squad_reader.data.fetch import Source, fetch
from squad_reader.data.glove_npm import convert
from squad_reader.errors import InputError

CONTENT = bytes(range(256)) * 40


class Server(ThreadingHTTPServer):
    """Serves CONTENT on this machine only; knows what it was asked."""

    ranges = True
    cut = None  # break off after so many bytes
    content = CONTENT
    status = None
    wrong_range = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        begin = int(asked.split("=")[1].rstrip("-")) if asked and self.server.ranges else 0
        content = self.server.content
        if self.server.wrong_range:
            begin = 0
        self.send_response(self.server.status or (206 if asked and self.server.ranges else 200))
        self.send_header("Content-Length", str(len(content) - begin))
        if asked and self.server.ranges:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(content[begin : self.server.cut])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def source(server):
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return Source("file.bin", f"http://127.0.0.1:{server.server_port}/x", len(CONTENT), sha256)


def test_a_file_is_downloaded_and_verified(source, tmp_path):
    assert fetch(source, tmp_path) == tmp_path / "file.bin"
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["file.bin"]


def test_a_file_that_is_there_is_not_downloaded_again(source, server, tmp_path):
    fetch(source, tmp_path)
    fetch(source, tmp_path)
    assert len(server.asked) == 1


def test_a_download_that_broke_off_goes_on_from_there(source, server, tmp_path):
    server.cut = 1000
    with pytest.raises(InputError, match="broke off.*goes on from there"):
        fetch(source, tmp_path)
    assert (tmp_path / "file.bin.part").stat().st_size == 1000
    assert not (tmp_path / "file.bin").exists()
    server.cut = None
    fetch(source, tmp_path)
    assert server.asked == [None, "bytes=1000-"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_of_it_again(source, server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(b"something old")
    server.ranges = False
    fetch(source, tmp_path)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("change", "part"),
    [({"size": 9999}, "expected 9,999 bytes"), ({"sha256": "0" * 64}, "sha256 0000")],
)
def test_another_file_never_gets_the_name(source, tmp_path, change, part):
    with pytest.raises(InputError, match=part):
        fetch(source._replace(**change), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_another_size_is_refused_and_not_gone_on_from(source, server, tmp_path):
    server.content = b"<html>please sign in</html>"
    with pytest.raises(InputError, match="expected 10,240 bytes from byte 0 on.*offers 27 bytes"):
        fetch(source, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_part_than_the_one_asked_for_is_refused(source, server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:500])
    server.wrong_range = True
    with pytest.raises(InputError, match="from byte 500 on"):
        fetch(source, tmp_path)
    assert (tmp_path / "file.bin.part").read_bytes() == CONTENT[:500]


def test_a_refusal_says_what_the_server_said(source, server, tmp_path):
    server.status = 404
    with pytest.raises(InputError, match="refused: HTTP Error 404"):
        fetch(source, tmp_path)


def test_no_server_is_one_clear_line(tmp_path):
    source = Source("file.bin", "http://127.0.0.1:9/x", 10, None)
    with pytest.raises(InputError, match="127.0.0.1:9/x: download broke off") as caught:
        fetch(source, tmp_path)
    assert "\n" not in str(caught.value)


@pytest.fixture
def squad(monkeypatch):
    """The table of files, with two small ones in place of SQuAD's."""
    sources = [
        Source(name, "http://127.0.0.1:9/none", size, None)
        for name, size in [("train-v1.1.json", 7), ("dev-v1.1.json", 5)]
    ]
    monkeypatch.setattr(download, "SQUAD", sources)


def test_local_files_are_taken_plain_or_zipped(squad, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "train.json.gz").write_bytes(gzip.compress(b'{"a":1}'))
    (tmp_path / "here" / "dev-v1.1.json").write_bytes(b"[1,2]")
    data = tmp_path / "data"
    assert main(["squad", "--data_dir", str(data), "--from", str(tmp_path / "here")]) == 0
    assert (data / "train-v1.1.json").read_bytes() == b'{"a":1}'
    assert (data / "dev-v1.1.json").read_bytes() == b"[1,2]"


def test_a_local_file_of_another_size_needs_any_size(squad, tmp_path, capsys):
    (tmp_path / "train-v1.1.json").write_bytes(b"12345678")
    (tmp_path / "dev-v1.1.json").write_bytes(b"12345")
    flags = ["squad", "--data_dir", str(tmp_path / "data"), "--from", str(tmp_path)]
    assert main(flags) == 1
    message = capsys.readouterr().err.strip().splitlines()[-1]
    for part in ("train-v1.1.json", "of 7 bytes", "got 8", "--any_size"):
        assert part in message
    assert list((tmp_path / "data").iterdir()) == []
    assert main([*flags, "--any_size"]) == 0
    assert (tmp_path / "data" / "train-v1.1.json").read_bytes() == b"12345678"


@pytest.mark.parametrize("content", [None, b"\x1f\x8bbroken"])
def test_a_local_file_that_is_missing_or_broken_is_named(squad, tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "train-v1.1.json.gz").write_bytes(content)
    assert main(["squad", "--data_dir", str(tmp_path / "data"), "--from", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "train-v1.1.json" in error and "Traceback" not in error
    assert list((tmp_path / "data").iterdir()) == []


def test_a_single_local_file_is_what_its_name_says(squad, tmp_path, capsys):
    (tmp_path / "dev.json").write_bytes(b"[1,2]")
    (tmp_path / "other.json").write_bytes(b"[1,2]")
    flags = ["--data_dir", str(tmp_path / "data"), "--any_size", "--from"]
    assert main([*flags, str(tmp_path / "dev.json")]) == 0
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["dev-v1.1.json"]
    assert main([*flags, str(tmp_path / "other.json")]) == 1
    assert "train-v1.1.json, dev-v1.1.json, glove.6B.zip" in capsys.readouterr().err


@pytest.fixture
def local(squad, tmp_path, monkeypatch):
    """A folder with SQuAD's files and GloVe's npm package, and a home beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "train-v1.1.json").write_bytes(b'{"a":1}')
    (folder / "dev-v1.1.json").write_bytes(b"[1,2]")
    tarball(folder / "p.tgz", json.dumps(PACKAGE, separators=(",", ":")).encode())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return folder


@pytest.mark.parametrize("what", [[], ["squad"], ["squad", "glove"]])
def test_a_folder_and_the_npm_package_bring_both_wherever_home_is(local, tmp_path, what):
    flags = ["--from=~/here", "--glove-npm=~/here/p.tgz", "--data_dir=~/data", "--any_size"]
    assert main([*what, *flags]) == 0
    names = ["dev-v1.1.json", "glove.6B.100d.txt", "train-v1.1.json"]
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == names


def test_two_places_for_glove_or_a_place_without_squad_are_refused(local, tmp_path, capsys):
    flags = ["--glove-npm=~/here/p.tgz", "--data_dir=~/data", "--any_size"]
    assert main(["glove", "--from=~/here", *flags]) == 1
    assert "--from and --glove-npm" in capsys.readouterr().err
    assert main(["--from=~/here/p.tgz", *flags]) == 1
    assert "expected a file with one of the names" in capsys.readouterr().err
    assert main(flags) == 0  # GloVe alone
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["glove.6B.100d.txt"]


def test_an_error_of_the_system_is_one_line(local, monkeypatch, capsys):
    monkeypatch.setattr(download, "bring_squad", lambda _: open("no such file"))
    assert main(["squad", "--from=~/here", "--data_dir=~/data"]) == 1
    assert capsys.readouterr().err == "download: error: no such file: No such file or directory\n"


def test_glove_text_is_taken_by_its_name_even_from_the_data_folder_itself(tmp_path, capsys):
    (tmp_path / "glove.6B.100d.txt").write_text("the 1 2")
    flags = ["glove", "--data_dir", str(tmp_path), "--from", str(tmp_path)]
    assert main(flags) == 0
    assert (tmp_path / "glove.6B.100d.txt").read_text() == "the 1 2"
    assert main([*flags, "--embedding_size=50"]) == 1
    assert "expected glove.6B.50d.txt or glove.6B.zip" in capsys.readouterr().err


def test_an_unknown_set_is_named(tmp_path, capsys):
    assert main(["glvoe", "--data_dir", str(tmp_path)]) == 1
    assert "expected squad or glove, got 'glvoe'" in capsys.readouterr().err


def test_glove_comes_out_of_its_zip(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "glove.6B.zip", "w") as archive:
        archive.writestr("glove.6B.50d.txt", "the 1 2\n")
        archive.writestr("glove.6B.100d.txt", "the 3 4\n")
    flags = ["glove", "--data_dir", str(tmp_path / "d"), "--from", str(tmp_path)]
    assert main([*flags, "--embedding_size=50"]) == 1
    assert "862,182,613" in capsys.readouterr().err
    assert main([*flags, "--embedding_size=50", "--any_size"]) == 0
    assert (tmp_path / "d" / "glove.6B.50d.txt").read_text() == "the 1 2\n"


def damaged_gzip():
    content = bytearray(gzip.compress(b"[1,2]"))
    content[10] = 0xFF  # first byte after the header: a kind of block that does not exist
    return bytes(content)


def damaged_zip():
    name, file = "glove.6B.100d.txt", io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "the 1 2\n")
    content = bytearray(file.getvalue())
    content[30 + len(name)] = 0xFF  # the same, after the header and the name
    return bytes(content)


def encrypted_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("glove.6B.100d.txt", "the 1 2\n")
    content = bytearray(file.getvalue())
    content[content.index(b"PK\1\2") + 8] |= 1  # the flag in the list of files
    content[6] |= 1  # and before the file
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("dev.json.gz", damaged_gzip, "invalid block type"),
        ("glove.6B.zip", damaged_zip, "invalid block type"),
        ("glove.6B.zip", encrypted_zip, "is encrypted"),
    ],
)
def test_a_local_file_that_is_damaged_inside_is_one_clear_line(
    tmp_path, capsys, name, make, reason
):
    (tmp_path / name).write_bytes(make())
    flags = ["--data_dir", str(tmp_path / "d"), "--any_size", "--from", str(tmp_path / name)]
    assert main(flags) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "download: error:" in last and name in last and reason in last
    assert list((tmp_path / "d").iterdir()) == []


def test_a_data_dir_that_is_no_folder_is_one_clear_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["squad", "--data_dir", str(tmp_path / "file")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "--data_dir" in line and str(tmp_path / "file") in line


def tarball(path, content):
    """A package like the one on npm."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (("package/package.json", b"{}"), ("package/x-100d.json", content)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


VECTORS = {
    word: [round(0.001 * i * (n + 1), 6) for i in range(100)] + [7.5, n]
    for n, word in enumerate(["the", ",", '"', "\\", "café", "}", "a]b", "🐝", "]:["])
}
PACKAGE = {"size": 9, "words": list(VECTORS), "vectors": VECTORS, "unkVector": [0.5] * 102}


@pytest.mark.parametrize("chunk", [1 << 22, 700, 64])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_npm_package_becomes_glove_text(tmp_path, monkeypatch, chunk, ascii_only):
    monkeypatch.setattr("squad_reader.data.glove_npm.CHUNK_BYTES", chunk)
    text = json.dumps(PACKAGE, separators=(",", ":"), ensure_ascii=ascii_only)
    count = convert(tarball(tmp_path / "p.tgz", text.encode()), tmp_path / "g.txt")
    lines = (tmp_path / "g.txt").read_text(encoding="utf-8").splitlines()
    expected = [" ".join([word, *map(str, numbers[:100])]) for word, numbers in VECTORS.items()]
    assert count == 9 and lines == expected


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"{}", "found none"),
        (b'{"vectors":{"a":[1,2]}}', "expected a word and 100 numbers, got 'a' and 2"),
        (b'{"vectors":{"a":[%b"x"]}}' % (b"1," * 99), "numbers, got 'a' and b'\"x\"'"),
        (b'{"vectors":{"\\q":[1,2]}}', "cannot be read: Invalid"),
    ],
)
def test_another_package_is_refused(tmp_path, content, part):
    with pytest.raises(InputError, match=part):
        convert(tarball(tmp_path / "p.tgz", content), tmp_path / "g.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["p.tgz"]


def test_a_file_that_ends_within_the_vectors_is_refused(tmp_path):
    content = json.dumps(PACKAGE, separators=(",", ":")).encode()
    content = content[: content.index(b"unkVector") - 500]
    with pytest.raises(InputError, match="ends within the vectors"):
        convert(tarball(tmp_path / "p.tgz", content), tmp_path / "g.txt")
    assert not (tmp_path / "g.txt").exists()


def test_the_package_has_one_size_only(tmp_path, capsys):
    flags = ["--glove-npm", str(tmp_path), "--data_dir", str(tmp_path), "--embedding_size=50"]
    assert main(flags) == 1
    assert "--embedding_size is 50" in capsys.readouterr().err


def test_a_cut_off_tarball_is_refused(tmp_path):
    path = tarball(tmp_path / "p.tgz", json.dumps(PACKAGE, separators=(",", ":")).encode())
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="cannot be read"):
        convert(path, tmp_path / "g.txt")
    assert not (tmp_path / "g.txt").exists()


def test_another_tarball_than_the_known_version_needs_any_size(tmp_path, capsys):
    path = tarball(tmp_path / "p.tgz", json.dumps(PACKAGE, separators=(",", ":")).encode())
    flags = ["--glove-npm", str(path), "--data_dir", str(tmp_path / "d"), "glove"]
    assert main(flags) == 1
    assert "117,897,434 bytes" in capsys.readouterr().err
    assert main([*flags, "--any_size"]) == 0
    assert len((tmp_path / "d" / "glove.6B.100d.txt").read_text().splitlines()) == 9
