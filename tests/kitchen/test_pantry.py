"""The decoder reads what an independent one reads, and says clearly what is wrong with a file."""

import lzma
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
import rdata

import pantry
from conftest import EXAMPLE

INTEGER_SUMS = {"store": 8_584_895, "brand": 636_834, "week": 10_662_718, "constant": 106_139,
                "deal": 47_444}
REAL_SUMS = {"logmove": 893_422.446590, "price1": 4_760.470438, "price10": 2_878.703830,
             "feat": 19_538.126876, "profit": 2_952_229.2240}


@pytest.fixture(scope="module")
def oracle(data_file):
    return rdata.read_rda(data_file)["orangeJuice"]


@pytest.mark.parametrize("name, rows, columns", [("yx", 106_139, 19), ("storedemo", 83, 12)])
def test_every_column_equals_the_oracle(frames, oracle, name, rows, columns):
    assert list(frames[name]) == list(oracle[name].columns)
    assert len(frames[name]) == columns
    for column, values in frames[name].items():
        expected = oracle[name][column].to_numpy()
        assert values.shape == expected.shape == (rows,)
        assert values.dtype.kind == expected.dtype.kind
        np.testing.assert_array_equal(values, expected, err_msg=column)


def test_the_file_holds_two_frames(frames, oracle):
    assert list(frames) == list(oracle) == ["yx", "storedemo"]


def test_checksums(frames):
    sales = frames["yx"]
    assert {name: int(sales[name].sum()) for name in INTEGER_SUMS} == INTEGER_SUMS
    for name, expected in REAL_SUMS.items():
        assert sales[name].sum() == pytest.approx(expected, rel=1e-10), name


def test_bottles_are_whole(frames):
    sales = frames["yx"]
    sold = pantry.bottles(sales)
    exact = np.exp(sales["logmove"]) / pantry.OUNCES[sales["brand"] - 1]
    assert np.abs(exact / sold - 1).max() < 1e-5
    assert (int(sold.sum()), sold.min(), sold.max()) == (14_421_695, 1, 11_194)


def test_a_pandas_frame_has_the_same_columns(frames):
    frame = pantry.frame(frames["yx"])
    assert frame.shape == (106_139, 19)
    assert list(frame.columns) == list(frames["yx"])


@pytest.mark.parametrize("spoil", [
    lambda data: data[:-1],
    lambda data: data[:300_000],
    lambda data: b"",
    lambda data: data[:300_000] + bytes([data[300_000] ^ 1]) + data[300_001:],
    lambda data: data + b"\0",
], ids=["last byte cut", "half", "empty", "one bit", "longer"])
def test_another_file_is_refused(data_file, tmp_path, spoil):
    file = tmp_path / "spoilt.rda"
    file.write_bytes(spoil(data_file.read_bytes()))
    with pytest.raises(pantry.PantryError, match="is not the orangeJuice.rda") as error:
        pantry.load(file)
    assert pantry.SHA256 in str(error.value) and "sha256" in str(error.value)
    assert f"{file.stat().st_size} bytes" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(pantry.PantryError, match="cannot read .*none.rda: No such file"):
        pantry.load(tmp_path / "none.rda")


def packed(body, version=2, header=b"RDX2\nX\n"):
    return lzma.compress(header + struct.pack(">iii", version, 0x30101, 0x20300) + body)


def words(*numbers):
    return struct.pack(f">{len(numbers)}i", *numbers)


@pytest.mark.parametrize("data, message", [
    (b"no xz at all", "not a whole xz file"),
    (packed(words(254))[:-5], "not a whole xz file"),
    (lzma.compress(b"RDX2"), "the data ends early"),
    (packed(words(254), header=b"RDX3\nX\n"), "does not begin with"),
    (packed(words(254), version=3), "serialisation format 3, not 2"),
    (packed(b""), "the data ends early"),
    (packed(words(13, 1_000_000)), "the data ends early"),
    (packed(words(13, -3)), "the data ends early"),
    (packed(words(10, 1, 1)), "an item of type 10"),
    (packed(words(255 | 7 << 8)), "a reference to symbol 7 of 0"),
    (packed(words(2, 254, 13)), "a pairlist that goes on with type 13"),
    (packed(words(254, 254)), "4 bytes are left over"),
    (packed(words(254)), "holds no data frames"),
    (packed(words(13, 1, 7)), "holds no data frames"),
    (packed(words(2 | 0x400, 1, 9, 4) + b"else" + words(254, 254)), "holds no data frames"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_data_that_cannot_be_decoded_is_an_error(data, message):
    with pytest.raises(pantry.PantryError, match=message):
        pantry.decode(data)


def test_the_script_says_so_before_it_asks_any_server(data_file, tmp_path):
    file = tmp_path / "half.rda"
    file.write_bytes(data_file.read_bytes()[:300_000])
    # Nothing listens on port 1: a script that asked first would retry for minutes.
    result = subprocess.run(
        [sys.executable, EXAMPLE / "train.py", "--data", file], capture_output=True, text=True,
        env=os.environ | {"MLFLOW_TRACKING_URI": "http://127.0.0.1:1"}, timeout=180)
    assert result.returncode == 1
    assert result.stderr.strip().startswith(f"train.py: {file} is not the orangeJuice.rda")
    assert result.stdout == ""
