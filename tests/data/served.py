"""A `galley up` with datasets, and the readers of other projects that look at its tables.

Runs in the environment of tests/environments/data.txt.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
from deltalake import DeltaTable

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
sys.path.insert(1, str(ROOT / "examples/kitchen"))
from servers import PROGRAM, Galley  # noqa: E402

SECONDS_MAX = 120


class Pantry(Galley):
    """A server whose datasets a test commits to by the command line."""

    def command(self, *arguments):
        environment = os.environ | {"GALLEY_URL": self.url, "GALLEY_DATA": str(self.data)}
        return subprocess.run([PROGRAM, *map(str, arguments)], env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX)

    def told(self, *arguments):
        """The JSON that a command prints, which must succeed."""
        done = self.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def commit(self, *arguments):
        return self.told("dataset", "commit", *arguments)["version"]

    def refused(self, *arguments):
        """What a command says that must fail; nothing is committed by it."""
        done = self.command("dataset", "commit", *arguments)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def put(self, path, message):
        """(status, answer) of a request without the command line."""
        request = urllib.request.Request(f"{self.url}/api/v1/projects/default/{path}",
                                         json.dumps(message).encode(), method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def folder(self, name):
        return Path(self.data) / "datasets/default" / name

    def exported(self, name, version, folder):
        """Galley's own answer: the version's rows as a frame."""
        path = folder / f"{name}-{version}.parquet"
        done = self.command("dataset", "checkout", f"{name}@{version}", "--to", path)
        assert done.returncode == 0, done.stderr
        return pd.read_parquet(path)


def in_order(frame):
    """The frame with its columns and rows in an order that does not depend on files."""
    frame = frame[sorted(frame.columns)]
    return frame.sort_values(list(frame.columns), ignore_index=True)


def by_deltalake(table, version):
    return DeltaTable(str(table), version=version).to_pyarrow_table().to_pandas()


def by_polars(table, version):
    return pl.scan_delta(str(table), version=version).collect().to_pandas()


def by_duckdb(table, version):
    """DuckDB with the delta extension of its own wheel."""
    connection = duckdb.connect()
    extension = next(Path(duckdb_extension_folder()).rglob("delta.duckdb_extension"))
    connection.execute(f"LOAD '{extension}'")
    return connection.execute(
        f"FROM delta_scan('{table}', version={version})").df()


def duckdb_extension_folder():
    import duckdb_extension_delta
    return Path(duckdb_extension_delta.__file__).parent


READERS = {"deltalake": by_deltalake, "polars": by_polars, "duckdb": by_duckdb}


def assert_all_agree(pantry, name, versions, folder):
    """Every reader sees, for every version, the rows that Galley hands out."""
    for version in versions:
        ours = in_order(pantry.exported(name, version, folder))
        for reader, read in READERS.items():
            theirs = in_order(read(pantry.folder(name), version))
            pd.testing.assert_frame_equal(ours, theirs, check_dtype=False,
                                          obj=f"{name}@{version} by {reader}")
