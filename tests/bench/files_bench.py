"""Adding a folder of 20,000 small files, beside Git LFS and beside tests/bench/bare_files.cc, which
reads, hashes, packs and syncs and does nothing else.

Each measurement begins with a store that has nothing: a new server, a new repository, an empty folder.
All three find the files in the page cache. Galley and the bare loop end when all is on disk; Git LFS
syncs nothing.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import BenchError, compare

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from servers import PROGRAM, Galley  # noqa: E402

FILES, BYTES, FOLDERS = 20_000, 20_000, 200
SECONDS_MAX = 600


def make_tree(folder):
    """Bytes that do not repeat and do not compress, the same in each run."""
    source = random.Random(20_000)
    for at in range(FILES):
        path = folder / f"d{at % FOLDERS:03d}" / f"f{at:05d}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.randbytes(BYTES))


def seconds_of(command, **options):
    """How long a command takes, once what was written before is on disk."""
    os.sync()
    began = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS_MAX, check=False, **options)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        raise BenchError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def galley_seconds(tree, folder, again=None):
    """The first commit; the same one again, for which `again` is called with its seconds."""
    server = Galley(folder)
    try:
        environment = os.environ | {"GALLEY_URL": server.url, "GALLEY_DATA": str(server.data),
                                    "XDG_CACHE_HOME": str(folder / "cache")}
        command = [PROGRAM, "dataset", "commit", "files", tree]
        first = seconds_of(command, env=environment)
        if again is not None:
            again.append(seconds_of(command, env=environment))
        return first
    finally:
        server.stop()


def bare_seconds(tree, folder):
    out = folder / "out"
    out.mkdir()
    return seconds_of([ROOT / "build/release/bare_files", tree, out])


def repository(tree, folder):
    """A new repository with the files in it, tracked by Git LFS and not added yet."""
    environment = os.environ | {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["git", "init", "--quiet", "."], ["git", "lfs", "install", "--local"],
                    ["git", "lfs", "track", "*.bin"]):
        seconds_of(command, cwd=folder, env=environment)
    shutil.copytree(tree, folder / "tree")
    return environment


def lfs_seconds(tree, folder, again=None):
    environment = repository(tree, folder)
    first = seconds_of(["git", "add", "--all"], cwd=folder, env=environment)
    if again is not None:
        again.append(seconds_of(["git", "add", "--all"], cwd=folder, env=environment))
    return first


def in_new_folder(measure, tree, folder, **options):
    with tempfile.TemporaryDirectory(dir=folder) as own:
        return measure(tree, Path(own), **options)


def pairs_with(peer, tree, folder, pairs):
    """(ours, theirs), in turn."""
    return [(in_new_folder(galley_seconds, tree, folder), in_new_folder(peer, tree, folder))
            for _ in range(pairs)]


def run(options, folder):
    tree = folder / "tree"
    make_tree(tree)
    for measure in (galley_seconds, bare_seconds):
        in_new_folder(measure, tree, folder)  # So that all is in the page cache.
    bare = pairs_with(bare_seconds, tree, folder, options.pairs)
    yield {"name": f"add {FILES:,} files, {FILES * BYTES // 10**6} MB", "unit": "s",
           "peer": "bare loop", "gate": round(1 / 0.6, 3), **compare(bare)}
    ours_again, theirs_again = [], []
    lfs = [(in_new_folder(galley_seconds, tree, folder, again=ours_again),
            in_new_folder(lfs_seconds, tree, folder, again=theirs_again))
           for _ in range(min(options.pairs, 3))]
    yield {"name": f"add {FILES:,} files, {FILES * BYTES // 10**6} MB", "unit": "s",
           "peer": "Git LFS", "gate": 1 / 2.5, **compare(lfs)}
    yield {"name": "add them again, unchanged", "unit": "s", "peer": "Git LFS", "gate": None,
           **compare(list(zip(ours_again, theirs_again, strict=True)))}
