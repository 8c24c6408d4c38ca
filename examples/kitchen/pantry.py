"""Reads the orange juice data of R's package bayesm, without R.

The file is xz around R's serialisation format 2 in big-endian ("XDR"): one named value, a list of
the two data frames `yx` (sales) and `storedemo` (the stores' surroundings).
"""

import hashlib
import lzma
import struct
from pathlib import Path

import numpy as np

SHA256 = "4418b33f320a1e91124e934d4c7e3e978812e9c60b6924037447ffc44cf71855"
HEADER = b"RDX2\nX\n"
FORMAT_VERSION = 2

SYMBOL, PAIRLIST, STRING, INTEGERS, REALS, STRINGS, LIST = 1, 2, 9, 13, 14, 16, 19
NIL, REFERENCE = 254, 255
HAS_ATTRIBUTES, HAS_TAG = 0x200, 0x400

BRANDS = {1: "Tropicana Premium 64 oz", 2: "Tropicana Premium 96 oz",
          3: "Florida's Natural 64 oz", 4: "Tropicana 64 oz", 5: "Minute Maid 64 oz",
          6: "Minute Maid 96 oz", 7: "Citrus Hill 64 oz", 8: "Tree Fresh 64 oz",
          9: "Florida Gold 64 oz", 10: "Dominicks 64 oz", 11: "Dominicks 128 oz"}
OUNCES = np.array([64, 96, 64, 64, 64, 96, 64, 64, 64, 64, 128])


class PantryError(Exception):
    """The file is not the one that this example is about, or cannot be decoded."""


class Reader:
    """Decodes the item types that occur in this file; any other one is an error."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.symbols = []

    def take(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise PantryError(f"the data ends early: {size} bytes wanted at {self.at}")
        self.at += size
        return self.data[self.at - size:self.at]

    def integer(self):
        return struct.unpack(">i", self.take(4))[0]

    def item(self):
        """(value, attributes). A pairlist becomes a dict, a list without names a Python list."""
        flags = self.integer()
        kind = flags & 0xFF
        if kind == PAIRLIST:
            return self.pairlist(flags), {}
        if kind in (NIL, SYMBOL, REFERENCE, STRING):
            return self.scalar(kind, flags), {}
        count = self.integer()
        if kind == INTEGERS:
            value = np.frombuffer(self.take(4 * count), ">i4").astype(np.int32)
        elif kind == REALS:
            value = np.frombuffer(self.take(8 * count), ">f8").astype(np.float64)
        elif kind in (STRINGS, LIST):
            value = [self.item() for _ in range(count)]
            if kind == STRINGS:
                value = [text for text, _ in value]
        else:
            raise PantryError(f"an item of type {kind} at {self.at}, which is not decoded here")
        # Unlike a pairlist's, a vector's attributes come after its data.
        attributes = self.item()[0] if flags & HAS_ATTRIBUTES else {}
        return value, attributes

    def scalar(self, kind, flags):
        if kind == NIL:
            return None
        if kind == SYMBOL:
            self.symbols.append(self.item()[0])
            return self.symbols[-1]
        if kind == REFERENCE:
            index = flags >> 8 or self.integer()
            if not 1 <= index <= len(self.symbols):
                raise PantryError(f"a reference to symbol {index} of {len(self.symbols)}")
            return self.symbols[index - 1]
        length = self.integer()
        return None if length == -1 else self.take(length).decode("latin-1")

    def pairlist(self, flags):
        found = {}
        while flags & 0xFF == PAIRLIST:
            if flags & HAS_ATTRIBUTES:
                self.item()
            tag = self.item()[0] if flags & HAS_TAG else None
            found[tag] = self.item()
            flags = self.integer()
        if flags & 0xFF != NIL:
            raise PantryError(f"a pairlist that goes on with type {flags & 0xFF} at {self.at}")
        return found


def named(item):
    """{name: item} of a list that has names."""
    values, attributes = item
    return dict(zip(attributes["names"][0], values, strict=True))


def decode(packed):
    """{frame: {column: array}} of the packed file's bytes, whatever its checksum."""
    try:
        reader = Reader(lzma.decompress(packed, lzma.FORMAT_XZ))
    except lzma.LZMAError as error:
        raise PantryError(f"not a whole xz file: {error}") from error
    if reader.take(len(HEADER)) != HEADER:
        raise PantryError(f"does not begin with {HEADER!r}")
    version, _, _ = struct.unpack(">iii", reader.take(12))
    if version != FORMAT_VERSION:
        raise PantryError(f"serialisation format {version}, not {FORMAT_VERSION}")
    top = reader.item()[0]
    if reader.at != len(reader.data):
        raise PantryError(f"{len(reader.data) - reader.at} bytes are left over")
    try:
        frames = named(top["orangeJuice"])
        return {name: {column: values for column, (values, _) in named(frame).items()}
                for name, frame in frames.items()}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise PantryError(f"holds no data frames where orangeJuice should be: {error}") from error


def load(path):
    """{`yx`: {column: array}, `storedemo`: {column: array}} of the one file that is meant."""
    try:
        packed = Path(path).read_bytes()
    except OSError as error:
        raise PantryError(f"cannot read {path}: {error.strerror}") from error
    digest = hashlib.sha256(packed).hexdigest()
    if digest != SHA256:
        raise PantryError(
            f"{path} is not the orangeJuice.rda of r-cran-bayesm 3.1-5: {len(packed)} bytes with "
            f"sha256 {digest}, expected {SHA256}. It may be cut short or of another version.")
    return decode(packed)


def with_committed(yx, path):
    """The sales, with the weeks that a version of the dataset has, as CSV, taken from there."""
    import pandas as pd  # Here, so that decoding alone needs only numpy.

    committed = pd.read_csv(path, float_precision="round_trip")
    later = yx["week"] > committed.week.max()
    return {name: np.concatenate([committed[name].to_numpy(column.dtype), column[later]])
            for name, column in yx.items()}


def bottles(yx):
    """Bottles sold in each row. The column is called the logarithm of units, but exp() of it
    divided by the bottle's ounces is a whole number in every row."""
    return np.rint(np.exp(yx["logmove"]) / OUNCES[yx["brand"] - 1]).astype(np.int64)


def frame(columns):
    """The columns as a pandas data frame."""
    import pandas as pd  # Here, so that decoding alone needs only numpy.

    return pd.DataFrame(columns)
