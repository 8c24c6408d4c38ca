"""A dataset with a contract and a past, for pages: versions that passed, were warned, rejected.

    python data_fixture.py URL TOKEN FOLDER
"""

import csv
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pipeline_fixture import SECONDS_MAX, Server, scikit_file, start  # noqa: E402

NAME = "wine"
COLUMNS = ["alcohol", "malic_acid", "ash", "alkalinity", "magnesium", "phenols", "flavanoids",
           "nonflavanoids", "proanthocyanins", "colour", "hue", "dilution", "proline"]
CONTRACT = {
    "columns": [{"name": "bottle", "type": "any integer"}, {"name": "cultivar", "type": "string"},
                *({"name": name, "type": "double"} for name in COLUMNS)],
    "checks": [
        {"id": "W01", "rule": "not_null", "columns": ["bottle", "cultivar"]},
        {"id": "W02", "rule": "unique", "columns": ["bottle"]},
        {"id": "W03", "rule": "range", "columns": ["alcohol"], "min": 5, "max": 20,
         "description": "what grapes can become"},
        {"id": "W04", "rule": "in_set", "columns": ["cultivar"],
         "values": ["barolo", "grignolino", "barbera"]},
        {"id": "W05", "rule": "statistic", "of": "mean", "columns": ["proline"], "min": 500,
         "max": 900, "severity": "warning", "description": "as in the years before"},
        {"id": "W06", "rule": "row_count", "min": 10},
    ],
}
PIPELINE = """\
name: cellar
jobs:
  taste:
    run: echo "tasted $GALLEY_DATASET_WINE_FOLDER version $GALLEY_DATASET_WINE" | tee taste.txt
    deps: ["dataset:wine@latest"]
    outs: [taste.txt]
  label:
    run: wc -c taste.txt > label.txt
    deps: [taste.txt]
    outs: [label.txt]
"""


def rows_of_wine():
    """The UCI wine data as scikit-learn has it: 178 bottles of three cultivars."""
    with open(scikit_file("wine_data.csv"), encoding="utf-8") as file:
        lines = list(csv.reader(file))[1:]
    names = ["barolo", "grignolino", "barbera"]
    return [[bottle, names[int(line[-1])], *(float(cell) for cell in line[:-1])]
            for bottle, line in enumerate(lines)]


class Cellar(Server):
    """Commits rows to the dataset."""

    def __init__(self, url, token, folder):
        super().__init__(url, token)
        self.folder = folder

    def commit(self, name, rows, **more):
        """The version, or the refusal's message."""
        path = self.folder / f"{name}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["bottle", "cultivar", *COLUMNS], *rows])
        request = urllib.request.Request(self.base + "uploads", path.read_bytes(),
                                         self.headers | {"Content-Type": "text/csv"}, method="POST")
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
            digest = json.load(answer)["sha256"]
        upload = {"sha256": digest, "name": path.name, "format": "csv"}
        try:
            return self.ask(f"datasets/{NAME}/versions",
                            {"uploads": [upload], "source": f"lab/{path.name}", **more})["version"]
        except urllib.error.HTTPError as error:
            return json.load(error)["error"]["message"]


def seed_datasets(server_url, token, folder):
    """The dataset `wine`: version 0 without a contract, then one with it; `passed`, `warned` and
    `corrected` are versions, `rejected` is one that was refused; version `read` is read by a job.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cellar = Cellar(server_url, token, folder)
    rows = rows_of_wine()
    # Every third bottle, so that all cultivars come each time.
    first = cellar.commit("spring", rows[0::3], message="spring delivery")
    cellar.ask(f"datasets/{NAME}/contract", CONTRACT, method="PUT")
    passed = cellar.commit("summer", rows[1::3], message="summer delivery")
    strange = [[bottle + 1000, "merlot" if bottle % 2 else name, 140.0 if bottle < 6 else alcohol,
                *rest] for bottle, name, alcohol, *rest in rows[2::3]]
    refusal = cellar.commit("broken", strange, message="autumn delivery, mislabelled")
    assert "wine@r1" in refusal, refusal
    # A corner of the vineyard alone: the mean of proline is out of bounds, which warns.
    rich = [row for row in rows[2::3] if row[1] == "barolo"]
    warned = cellar.commit("autumn", rich, message="autumn delivery, barolo only")
    better = [[*row[:-1], row[-1] + 10] for row in rows[0:30:3]] + rows[2::3]
    corrected = cellar.commit("corrected", better, mode="upsert", keys=["bottle"],
                              message="measured again")
    outcomes = [version["outcome"] for version in (first, passed, warned, corrected)]
    assert outcomes[:3] == ["", "passed", "warned"], outcomes
    cellar_folder = folder / "cellar"
    cellar_folder.mkdir(exist_ok=True)
    run = start(cellar, cellar_folder, text=PIPELINE)
    assert run["state"] == "succeeded", run
    return {"dataset": NAME, "passed": passed["version"], "warned": warned["version"],
            "corrected": corrected["version"], "rejected": "r1", "read": corrected["version"]}


if __name__ == "__main__":
    print(json.dumps(seed_datasets(*sys.argv[1:4])))
