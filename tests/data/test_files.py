"""Versions of files: real trees there and back, kills, hostile trees, damage, many at once."""

import concurrent.futures
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy
import pytest

from served import PROGRAM, SECONDS_MAX, Pantry

FILE, EXECUTABLE, FOLDER = 1, 2, 3
LARGE = 5 << 20  # More than a pack's objects may have.


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    galley = Pantry(tmp_path_factory.mktemp("shelf"))
    try:
        yield galley
    finally:
        galley.stop()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Each test begins with nothing known of any file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def contents(folder):
    """Path: (SHA-256, executable) of all files, by hashlib."""
    return {str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(),
                                            os.access(path, os.X_OK) and
                                            bool(path.stat().st_mode & 0o100))
            for path in sorted(folder.rglob("*")) if path.is_file()}


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check_out(galley, name, to):
    done = galley.command("dataset", "checkout", name, "--to", to)
    assert done.returncode == 0, done.stderr
    return contents(to)


def call(galley, method, path, body=None):
    """(status, body) of the API itself."""
    request = urllib.request.Request(f"{galley.url}/api/v1/projects/default/{path}", data=body,
                                     method=method)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def store(galley, *objects):
    body = b"".join(struct.pack("<Q", len(text)) + text for text in objects)
    status, answer = call(galley, "POST", "objects", body)
    assert status == 200, answer
    names = json.loads(answer)["sha256"]
    assert names == [hashlib.sha256(text).hexdigest() for text in objects]
    return [bytes.fromhex(name) for name in names]


def entry(kind, name, digest, size, files=1):
    """As docs/formats/pack.md says."""
    return struct.pack("<BQQ32sH", kind, size, files, digest, len(name)) + name


def commit_tree(galley, name, root):
    status, answer = call(galley, "POST", f"datasets/{name}/trees",
                          json.dumps({"tree": root.hex()}).encode())
    return status, json.loads(answer)


def reference_digest(folder):
    """(digest, files, bytes) of a folder, by the page alone."""
    entries, files, size = [], 0, 0
    for path in folder.iterdir():
        if path.is_dir():
            digest, inner_files, inner_size = reference_digest(path)
            kind = FOLDER
        else:
            data = path.read_bytes()
            digest, inner_files, inner_size = hashlib.sha256(data).digest(), 1, len(data)
            kind = EXECUTABLE if path.stat().st_mode & 0o100 else FILE
        if inner_files == 0:
            continue
        name = os.fsencode(path.name)
        entries.append((name, entry(kind, name, digest, inner_size, inner_files)))
        files, size = files + inner_files, size + inner_size
    text = b"GLYTREE1" + b"".join(row for _, row in sorted(entries))
    return hashlib.sha256(text).digest(), files, size


def test_a_package_there_and_back(shelf, tmp_path):
    """numpy as it is installed: modules, libraries of many megabytes, data, empty files."""
    source = Path(numpy.__file__).parent
    made = shelf.commit("numpy", source, "--source", "PyPI", "--message", "as installed")
    digest, files, size = reference_digest(source)
    assert (made["digest"], made["files"], made["bytes"]) == (digest.hex(), files, size)
    assert (made["added"], made["removed"], made["changed"]) == (files, 0, 0)
    assert (made["source"], made["message"]) == ("PyPI", "as installed")
    assert any(path.stat().st_size > LARGE for path in source.rglob("*"))
    assert check_out(shelf, "numpy", tmp_path / "out") == contents(source)
    assert {path.stat().st_size for path in source.rglob("*.py")} >= {0}
    listed = shelf.told("dataset", "show", "numpy", "--rows", "1000")
    known = contents(source)
    for row in listed["files"]:
        assert known[row["path"]] == (row["sha256"], row["executable"])
    again = shelf.commit("numpy", tmp_path / "out")
    assert (again["version"], again["id"]) == (0, made["id"])
    assert shelf.commit("numpy-too", tmp_path / "out")["digest"] == made["digest"]


def test_versions_differ_as_their_folders(shelf, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, same="s", a__changed="1", a__gone="g", turns="a file", deep__b__c__d="d")
    shutil.copytree(one, other)
    write(other, a__changed="2", a__new="n")
    (other / "a/gone").unlink()
    (other / "turns").unlink()
    write(other, turns__into="a folder")
    (other / "same").chmod(0o755)
    assert shelf.commit("differ", one)["version"] == 0
    second = shelf.commit("differ", other)
    assert (second["version"], second["added"], second["removed"], second["changed"]) == (1, 2, 2, 2)
    found = shelf.told("dataset", "diff", "differ", "0", "1")
    assert [(row["change"], row["path"]) for row in found["files"]] == [
        ("changed", "a/changed"), ("removed", "a/gone"), ("added", "a/new"), ("changed", "same"),
        ("removed", "turns"), ("added", "turns/into")]
    assert (found["added"], found["removed"], found["changed"], found["same"]) == (2, 2, 2, 1)
    versions = shelf.told("dataset", "log", "differ")["versions"]
    assert versions[0]["parent"] == versions[1]["digest"]
    assert check_out(shelf, "differ@0", tmp_path / "out0") == contents(one)
    assert check_out(shelf, "differ@1", tmp_path / "out1") == contents(other)


def test_only_what_is_new_is_stored(shelf, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    noise = random.Random(5)
    for at in range(300):
        (source / f"{at}").write_bytes(noise.randbytes(10_000))

    def stored():
        return sum(path.stat().st_size for path in (Path(shelf.data) / "blobs").rglob("*")
                   if path.is_file())

    shelf.commit("grows", source)
    before = stored()
    (source / "7").write_bytes(noise.randbytes(10_000))
    assert shelf.commit("grows", source)["changed"] == 1
    assert 10_000 <= stored() - before < 50_000
    before = stored()
    assert shelf.commit("copy", source)["files"] == 300
    assert stored() == before


def test_a_changed_file_is_seen_whatever_its_times(shelf, tmp_path):
    source = tmp_path / "source"
    write(source, a="one")
    os.utime(source / "a", (1_000_000, 1_000_000))
    time.sleep(1.1)  # So that the file's digest is kept.
    shelf.commit("times", source)
    assert any((tmp_path / "cache/galley/trees").iterdir())
    write(source, a="two")
    os.utime(source / "a", (1_000_000, 1_000_000))
    assert shelf.commit("times", source)["changed"] == 1
    assert check_out(shelf, "times", tmp_path / "out") == contents(source)


def test_a_batch_comes_twice_and_counts_once(shelf, tmp_path):
    write(tmp_path / "source", a="1")
    first = shelf.commit("batches", tmp_path / "source", "--batch", "monday")
    write(tmp_path / "source", a="2")
    again = shelf.commit("batches", tmp_path / "source", "--batch", "monday")
    assert (again["version"], again["id"]) == (0, first["id"])


def test_a_dataset_is_a_table_or_files(shelf, tmp_path):
    write(tmp_path, table_csv="a,b\n1,2\n", folder__x="x")
    (tmp_path / "table_csv").rename(tmp_path / "t.csv")
    shelf.commit("a-table", tmp_path / "t.csv")
    assert "is a table" in shelf.refused("a-table", tmp_path / "folder")
    shelf.commit("some-files", tmp_path / "t.csv", "--files")
    assert "consists of files" in shelf.refused("some-files", tmp_path / "t.csv")
    status, answer = commit_tree(shelf, "a-table", store(shelf, b"x")[0])
    assert (status, answer["error"]["code"]) == (409, "failed_precondition")
    kinds = {row["name"]: row["kind"] for row in shelf.told("dataset", "list")["datasets"]}
    assert (kinds["a-table"], kinds["some-files"]) == ("table", "files")
    assert list(check_out(shelf, "some-files", tmp_path / "out")) == ["t.csv"]
    assert "are for tables" in shelf.refused("some-files", tmp_path / "folder", "--mode", "upsert")


@pytest.mark.parametrize("make, words", [
    (lambda path: path.symlink_to("/etc/passwd"), "a symbolic link"),
    (lambda path: path.symlink_to("/etc"), "a symbolic link"),
    (os.mkfifo, "a named pipe"),
    (lambda path: Path(os.fsdecode(bytes(path) + b"\xff")).write_text("x"), "not UTF-8"),
    (lambda path: path.with_name("back\\slash").write_text("x"), "backslash"),
    (lambda path: path.with_name("line\nbreak").write_text("x"), "control character"),
])
def test_what_no_version_can_hold_is_named(shelf, tmp_path, make, words):
    source = tmp_path / "source"
    write(source, fine="1")
    make(source / "odd")
    done = subprocess.run([PROGRAM, "dataset", "commit", "odd", source], capture_output=True,
                          env=os.environ | {"GALLEY_URL": shelf.url}, timeout=SECONDS_MAX)
    assert done.returncode != 0
    said = done.stderr.decode(errors="replace")
    assert words in said and str(source) in said
    assert call(shelf, "GET", "datasets/odd")[0] == 404


def test_an_empty_folder_is_no_version(shelf, tmp_path):
    (tmp_path / "source/inner").mkdir(parents=True)
    assert "there is no file in" in shelf.refused("empty", tmp_path / "source")
    write(tmp_path / "source", a="1")
    assert shelf.commit("empty", tmp_path / "source")["files"] == 1
    assert list(check_out(shelf, "empty", tmp_path / "out")) == ["a"]
    assert not (tmp_path / "out/inner").exists()


def test_a_checkout_takes_only_an_empty_folder(shelf, tmp_path):
    write(tmp_path / "source", a="1")
    shelf.commit("target", tmp_path / "source")
    write(tmp_path / "full", b="mine")
    done = shelf.command("dataset", "checkout", "target", "--to", tmp_path / "full")
    assert done.returncode != 0 and "not empty" in done.stderr
    assert list(contents(tmp_path / "full")) == ["b"]
    (tmp_path / "bare").mkdir()
    assert list(check_out(shelf, "target", tmp_path / "bare")) == ["a"]


BAD_NAMES = [b"..", b".", b"a/b", b"../x", b"/etc", b"nul\0", b"\xff\xfe", b"", b"\xc0\xaf", b"a" * 256,
             b"back\\slash", b"line\n"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_hostile_names_are_refused(shelf, name):
    data, = store(shelf, b"content")
    root, = store(shelf, b"GLYTREE1" + entry(FILE, name, data, 7))
    status, answer = commit_tree(shelf, "hostile", root)
    assert (status, answer["error"]["code"]) == (400, "invalid_argument"), answer
    inner, = store(shelf, b"GLYTREE1" + entry(FOLDER, b"d", root, 7))
    assert commit_tree(shelf, "hostile", inner)[0] == 400
    assert call(shelf, "GET", "datasets/hostile")[0] == 404


def test_hostile_trees_are_refused(shelf):
    data, folder = store(shelf, b"content", b"GLYTREE1" + entry(
        FILE, b"f", hashlib.sha256(b"content").digest(), 7))
    nothing = hashlib.sha256(b"never stored").digest()
    huge = 1 << 63
    trees = {
        "it does not begin": b"GLYTREE9",
        "without files": b"GLYTREE1",
        "cut off": b"GLYTREE1" + entry(FILE, b"f", data, 7)[:-1],
        "not behind": b"GLYTREE1" + entry(FILE, b"b", data, 7) + entry(FILE, b"a", data, 7),
        "is not behind 'b'": b"GLYTREE1" + entry(FILE, b"b", data, 7) * 2,
        "no kind": b"GLYTREE1" + entry(9, b"f", data, 7),
        "should have 8 bytes": b"GLYTREE1" + entry(FILE, b"f", data, 8),
        "were not uploaded": b"GLYTREE1" + entry(FILE, b"f", nothing, 7),
        "was not uploaded": b"GLYTREE1" + entry(FOLDER, b"d", nothing, 7),
        "has 1 files and 7 bytes": b"GLYTREE1" + entry(FOLDER, b"d", folder, 7, 2),
        "0 files": b"GLYTREE1" + entry(FOLDER, b"d", folder, 7, 0),
        "10000001 files": b"GLYTREE1" + entry(FOLDER, b"d", folder, 7, 10_000_001),
        f"{huge} bytes": b"GLYTREE1" + entry(FILE, b"f", data, huge),
        "does not begin as a folder does": b"GLYTREE1" + entry(FOLDER, b"d", data, 7),
    }
    for words, tree in trees.items():
        root, = store(shelf, tree)
        status, answer = commit_tree(shelf, "hostile", root)
        assert status == 400 and words in answer["error"]["message"], (words, answer)
    status, answer = commit_tree(shelf, "hostile", nothing)
    assert status == 400 and "was not uploaded" in answer["error"]["message"]


def test_a_tree_that_doubles_at_each_level_is_refused_at_once(shelf):
    """2^60 files in 60 small objects."""
    digest, = store(shelf, b"x")
    files, node = 1, entry(FILE, b"f", digest, 1)
    for _ in range(60):
        digest, = store(shelf, b"GLYTREE1" + node)
        node = entry(FOLDER, b"a", digest, files, files) + entry(FOLDER, b"b", digest, files, files)
        files = min(files * 2, 1 << 40)
    status, answer = commit_tree(shelf, "bomb", store(shelf, b"GLYTREE1" + node)[0])
    assert status == 400 and "files" in answer["error"]["message"]


def test_a_path_that_is_too_long_is_refused(shelf):
    digest, = store(shelf, b"x")
    node = entry(FILE, b"f", digest, 1)
    for _ in range(10):
        digest, = store(shelf, b"GLYTREE1" + node)
        node = entry(FOLDER, b"n" * 200, digest, 1)
    status, answer = commit_tree(shelf, "long", store(shelf, b"GLYTREE1" + node)[0])
    assert status == 400 and "1024" in answer["error"]["message"]


@pytest.mark.parametrize("body, words", [
    (struct.pack("<Q", (4 << 20) + 1) + b"x", "4194304"),
    (struct.pack("<Q", 10) + b"short", "cut off"),
    (b"\1\0\0", "cut off"),
])
def test_uploads_that_are_no_objects_are_refused(shelf, body, words):
    status, answer = call(shelf, "POST", "objects", body)
    assert status == 400 and words in answer.decode()


def test_eight_committers_at_once_lose_nothing(shelf, tmp_path):
    def commit(at):
        write(tmp_path / f"source{at}", same="same", mine=str(at))
        return shelf.commit("crowd", tmp_path / f"source{at}")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(commit, range(8)))
    assert sorted(version["version"] for version in made) == list(range(8))
    versions = shelf.told("dataset", "log", "crowd")["versions"]
    assert [row["parent"] for row in versions[:-1]] == [row["digest"] for row in versions[1:]]
    for at, version in enumerate(made):
        name = f"crowd@{version['version']}"
        assert check_out(shelf, name, tmp_path / f"out{at}") == contents(tmp_path / f"source{at}")


def test_kills_leave_a_version_whole_or_not_at_all(tmp_path):
    noise = random.Random(11)
    source = tmp_path / "source"
    source.mkdir()
    galley = Pantry(tmp_path)
    acknowledged = {}
    try:
        for round_ in range(8):
            for at in range(400):
                (source / f"{at}").write_bytes(noise.randbytes(30_000))
            (source / "large").write_bytes(noise.randbytes(LARGE))
            client = subprocess.Popen([PROGRAM, "dataset", "commit", "killed", source, "--json"],
                                      env=os.environ | {"GALLEY_URL": galley.url}, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(noise.uniform(0, 0.12))
            galley.kill()
            said = client.communicate(timeout=SECONDS_MAX)[0]
            if client.returncode == 0:
                acknowledged[json.loads(said)["version"]["version"]] = contents(source)
            galley = Pantry(tmp_path, data=galley.data)
            assert not any((Path(galley.data) / "blobs/tmp").iterdir())
            answer = galley.command("dataset", "log", "killed", "--json")
            versions = json.loads(answer.stdout)["versions"] if answer.returncode == 0 else []
            for row in versions:
                out = tmp_path / f"out{round_}-{row['version']}"
                found = check_out(galley, f"killed@{row['version']}", out)
                assert reference_digest(out)[0].hex() == row["digest"]
                if row["version"] in acknowledged:
                    assert found == acknowledged[row["version"]]
                shutil.rmtree(out)
            assert acknowledged.keys() <= {row["version"] for row in versions}
        made = galley.commit("killed", source)
        assert check_out(galley, f"killed@{made['version']}", tmp_path / "last") == contents(source)
    finally:
        galley.stop()


def test_damage_is_named_and_can_be_mended(tmp_path):
    """A byte of one file, then the footers: what is whole stays readable, the rest comes again."""
    source = tmp_path / "source"
    write(source, a="the first file", b="the second file", c="the third file")
    galley = Pantry(tmp_path)
    galley.commit("damaged", source)
    galley.stop()
    packs = list((Path(galley.data) / "blobs/packs").iterdir())
    assert len(packs) == 2  # Files, then folders.
    for pack in packs:
        data = bytearray(pack.read_bytes())
        data[-20] ^= 1  # Of the footer's checksum: its objects are found by their records.
        at = data.find(b"the second file")
        if at >= 0:
            data[at] ^= 1
            broken = pack
        pack.write_bytes(data)
    galley = Pantry(tmp_path, data=galley.data)
    try:
        done = galley.command("dataset", "checkout", "damaged", "--to", tmp_path / "out")
        assert done.returncode != 0
        assert hashlib.sha256(b"the second file").hexdigest() in done.stderr
        assert not any((tmp_path / "out").iterdir())
        name = hashlib.sha256(b"the third file").hexdigest()
        assert call(galley, "GET", f"objects/{name}") == (200, b"the third file")
        assert galley.commit("mended", source)["files"] == 3
        assert check_out(galley, "damaged", tmp_path / "out") == contents(source)
    finally:
        galley.stop()
    # With a whole footer the place is known, and the damage is found where it is read.
    data = bytearray(broken.read_bytes())
    data[-20] ^= 1
    broken.write_bytes(data)
    for pack in (Path(galley.data) / "blobs/packs").iterdir():
        if pack not in packs:
            pack.unlink()
    galley = Pantry(tmp_path, data=galley.data)
    try:
        done = galley.command("dataset", "checkout", "damaged", "--to", tmp_path / "out2")
        assert done.returncode != 0 and f"the pack {broken.name} is damaged" in done.stderr
        galley.commit("mended", source, "--message", "again")
        write(source, d="so that there is a commit")
        galley.commit("mended", source)
        assert check_out(galley, "damaged", tmp_path / "out3")["b"][0] == \
            hashlib.sha256(b"the second file").hexdigest()
    finally:
        galley.stop()
