"""The data, decoded once, and the servers that the example is run against.

Runs in the environment of tests/environments/kitchen.txt. GALLEY_KITCHEN_RDA names orangeJuice.rda.
"""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/kitchen"

sys.path[:0] = [str(ROOT / "tests/common"), str(EXAMPLE)]
from servers import Galley, Mlflow, environment  # noqa: E402, F401 (environment: for the tests)


@pytest.fixture(scope="session")
def data_file():
    path = os.environ.get("GALLEY_KITCHEN_RDA")
    if not path:
        pytest.fail("GALLEY_KITCHEN_RDA must name orangeJuice.rda; see examples/kitchen/README.md")
    return Path(path)


@pytest.fixture(scope="session")
def frames(data_file):
    import pantry
    return pantry.load(data_file)


@pytest.fixture(scope="session")
def table(frames):
    import features
    return features.build(frames["yx"])


@pytest.fixture(scope="session")
def train(table):
    return table.weeks(48, 100)


@pytest.fixture(scope="session")
def test(table):
    return table.weeks(101, 160)


SERVERS = {"mlflow": Mlflow, "galley": Galley}


@pytest.fixture(scope="session")
def real_server(tmp_path_factory):
    server = Mlflow(tmp_path_factory.mktemp("real"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def other_server(tmp_path_factory):
    """What is compared with the real server. GALLEY_KITCHEN_SERVER=mlflow puts a second real one
    here: that tests the comparison itself, because then nothing may differ."""
    kind = os.environ.get("GALLEY_KITCHEN_SERVER", "galley")
    server = SERVERS[kind](tmp_path_factory.mktemp("other"))
    yield server
    server.stop()
