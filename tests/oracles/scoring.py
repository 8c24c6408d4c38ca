"""What MLflow's scoring server answers to a list of request bodies, for small XGBoost models.

    PYTHON_WITH_MLFLOW tests/oracles/scoring.py src/serving/runtime/testdata/scoring

The stored files are from MLflow 3.17.2, xgboost-cpu 3.2.0, numpy 2.4.6 and pandas 3.1.1. The folder gets
`corpus.jsonl` and, for each model, `NAME.mlmodel` (the MLmodel file) and `NAME.json` (the model that
it names). The server is MLflow's own application (mlflow.pyfunc.scoring_server.init), called as ASGI
calls it, without a socket; what it does not catch counts as 500, as it does behind uvicorn.

Each line of the corpus: {model, type (content type), body, status, answer}. `answer` is the body of a
200 byte for byte, else the start of the message.

bare     Booster, no feature names, no signature          named    XGBRegressor, names, no signature
typed    Booster, columns of five types in the signature  tensor   Booster, 3 classes, unnamed tensor
classes  XGBClassifier, 3 classes, named doubles: it answers with class numbers
"""

import asyncio
import json
import logging
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import xgboost as xgb
from mlflow.models import ModelSignature
from mlflow.pyfunc import scoring_server
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

JSON = "application/json"
CSV = "text/csv"
ANSWER_CHARS_MAX = 80

PARAMS = {"max_depth": 2, "nthread": 1, "seed": 1, "eta": 0.5, "base_score": 0.5}


def frame(columns):
    random = np.random.default_rng(7)
    data = pd.DataFrame({name: random.normal(size=200) for name in columns})
    return data.mask(random.random(data.shape) < 0.1)


def target(data):
    filled = data.fillna(0.25).to_numpy(dtype=float)
    return filled[:, 0] + filled[:, 1] * filled[:, 2]


def models():
    three = frame(["f0", "f1", "f2"])
    y = target(three)
    classes = np.digitize(y, [-0.4, 0.5])
    yield "bare", xgb.train(PARAMS, xgb.DMatrix(three.to_numpy(), y), 3), None

    named = frame(["age", "count", "c"])
    yield "named", xgb.XGBRegressor(n_estimators=3, **PARAMS).fit(named, target(named)), None

    random = np.random.default_rng(8)
    typed = pd.DataFrame({
        "age": random.normal(size=200), "count": random.integers(0, 9, 200),
        "c": random.normal(size=200).astype("f4"),
        "small": random.integers(-3, 3, 200).astype("i4"), "flag": random.random(200) < 0.5})
    schema = Schema([
        ColSpec(DataType.double, "age"), ColSpec(DataType.long, "count"),
        ColSpec(DataType.float, "c", required=False), ColSpec(DataType.integer, "small"),
        ColSpec(DataType.boolean, "flag")])
    label = typed.age + typed["count"] * 0.3 + typed.c * typed.small + typed.flag * 2 > 1.2
    yield ("typed", xgb.train({**PARAMS, "objective": "binary:logistic"},
                              xgb.DMatrix(typed, label), 4),
           ModelSignature(schema, Schema([TensorSpec(np.dtype("f4"), (-1,))])))

    yield ("tensor", xgb.train({**PARAMS, "objective": "multi:softprob", "num_class": 3},
                               xgb.DMatrix(three.to_numpy(), classes), 2),
           ModelSignature(Schema([TensorSpec(np.dtype("f8"), (-1, 3))])))

    doubles = Schema([ColSpec(DataType.double, name) for name in three])
    yield ("classes", xgb.XGBClassifier(n_estimators=2, **PARAMS).fit(three, classes),
           ModelSignature(doubles, Schema([ColSpec(DataType.long)])))


# Bodies. Those of one form are sent to every model whose number of columns fits.

NAMES = {"bare": ["f0", "f1", "f2"], "named": ["age", "count", "c"], "tensor": ["f0", "f1", "f2"],
         "classes": ["f0", "f1", "f2"], "typed": ["age", "count", "c", "small", "flag"]}
ROWS = {"typed": [[0.5, 3, -1.25, -2, True], [1e-3, 0, 0.1, 1, False]]}
THREE = [[0.5, -1.25, 2], [0.1, 3, -7.75], [1e-3, 0.3333333333333333, 16777217]]


def split(columns, data, **more):
    return {"dataframe_split": {"columns": columns, "data": data, **more}}


def general(model):
    """Every form, well and badly put."""
    names = NAMES[model]
    rows = ROWS.get(model, THREE)
    one = rows[0]
    records = [dict(zip(names, row)) for row in rows]
    by_column = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    yield split(names, rows)
    yield split(names, rows, index=list(range(10, 10 + len(rows))))
    yield split(names[::-1], [row[::-1] for row in rows])
    yield split(names + ["extra"], [row + [9] for row in rows])
    yield split(names + ["extra"], [row + ["text"] for row in rows])
    yield split(names[1:], [row[1:] for row in rows])
    yield {"dataframe_split": {"data": rows}}
    yield {"dataframe_split": {"data": [row + [1] for row in rows]}}
    yield {"dataframe_records": records}
    yield {"dataframe_records": [dict(reversed(record.items())) for record in records]}
    yield {"dataframe_records": [{**record, "extra": 1} for record in records]}
    yield {"dataframe_records": [records[0], {k: v for k, v in records[1].items() if k != names[0]}]}
    yield {"dataframe_records": [{k: v for k, v in records[0].items() if k != names[1]}]}
    yield {"instances": rows}
    yield {"instances": records}
    yield {"instances": [{**record, "extra": 1} for record in records]}
    yield {"inputs": rows}
    yield {"inputs": records}
    yield {"inputs": by_column}
    yield {"inputs": {**by_column, "extra": [1] * len(rows)}}
    yield {"inputs": {**by_column, names[1]: by_column[names[1]] + by_column[names[1]]}}
    yield {"inputs": {name: column for name, column in by_column.items() if name != names[1]}}
    yield {"inputs": records[0]}
    yield {"inputs": one}
    yield {"instances": one}
    yield {"inputs": [rows]}
    yield {"inputs": [row + [1] for row in rows]}
    yield {"inputs": [row[:-1] for row in rows]}
    yield {"inputs": [one, one[:-1]]}
    yield {"inputs": {name: [[value] for value in column] for name, column in by_column.items()}}
    yield {**split(names, rows), "params": {"x": 1}}
    yield {**split(names, rows), "params": None}
    yield {**split(names, rows), "params": [1]}
    yield {**split(names, rows), "other": 1}
    yield {"inputs": rows, "signature_name": "x"}
    yield split(names, [])
    yield {"dataframe_records": []}
    yield {"instances": []}
    yield {"inputs": []}


def shape():
    """The envelope; no model is asked."""
    yield from ({}, [], [[1, 2, 3]], 1, "text", None, {"data": [[1, 2, 3]]},
                {"inputs": [[1, 2, 3]], "instances": [[1, 2, 3]]},
                {"inputs": [[1, 2, 3]], "dataframe_split": {"data": [[1, 2, 3]]}},
                {"dataframe_split": [[1, 2, 3]]}, {"dataframe_split": None}, {"dataframe_split": 1},
                {"dataframe_split": {}}, {"dataframe_split": {"columns": ["a"]}},
                {"dataframe_split": {"data": [[1, 2, 3]], "more": 1}},
                {"dataframe_split": {"data": None}}, {"dataframe_split": {"data": 1}},
                {"dataframe_split": {"data": "x"}}, {"dataframe_split": {"data": [1, 2, 3]}},
                {"dataframe_split": {"data": [[1, 2, 3], 1]}},
                {"dataframe_split": {"data": [[1, 2, 3], [1, 2]]}},
                {"dataframe_split": {"data": [[1, 2], [1, 2, 3]]}},
                {"dataframe_split": {"data": [[1, 2, 3], []]}},
                {"dataframe_split": {"data": [[1, 2, 3], None]}},
                {"dataframe_split": {"data": [[[1], [2], [3]]]}},
                {"dataframe_split": {"data": [[1, 2, {"a": 1}]]}},
                {"dataframe_split": {"data": {"0": [1], "1": [2], "2": [3]}}},
                {"dataframe_split": {"columns": None, "data": [[1, 2, 3]]}},
                {"dataframe_split": {"columns": [0, 1, 2], "data": [[1, 2, 3]]}},
                {"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2, 3]]}},
                {"dataframe_split": {"columns": ["x", "y", "z"], "data": [[1, 2]]}},
                {"dataframe_split": {"columns": ["x", "x", "z"], "data": [[1, 2, 3]]}},
                {"dataframe_split": {"columns": "xyz", "data": [[1, 2, 3]]}},
                {"dataframe_split": {"index": [1, 2], "data": [[1, 2, 3]]}},
                {"dataframe_split": {"index": None, "data": [[1, 2, 3]]}},
                {"dataframe_records": {"a": 1}}, {"dataframe_records": 1},
                {"dataframe_records": [[1, 2, 3]]}, {"dataframe_records": [1]},
                {"dataframe_records": [None]}, {"instances": None}, {"instances": 1},
                {"instances": {"a": [1]}}, {"instances": [None]}, {"inputs": None}, {"inputs": 1},
                {"inputs": "x"}, {"inputs": [None]}, {"inputs": [[None, 1, 2]]},
                {"inputs": [["1", "2", "3"]]}, {"inputs": [[True, False, True]]},
                {"inputs": [[True, 2, 3.5]]}, {"inputs": [["a", 2, 3]]}, {"inputs": [[]]},
                {"inputs": [[[[[1]]]]]}, {"inputs": {}}, {"instances": [{}]},
                {"inputs": [[1, 2, 3], {"a": 1}]}, {"inputs": [{"a": 1}, [1, 2, 3]]},
                {"inputs": [[2**63, 1, 2]]}, {"inputs": [[-(2**63), 2**53 + 1, 2]]},
                {"inputs": [[10**30, 1, 2]]}, {"inputs": [[2**64, 1, 2]]})
    # What a JSON text can say and a Python value cannot.
    yield from ('{"inputs": [[NaN, 1, 2]]}', '{"inputs": [[Infinity, 1, 2]]}',
                '{"inputs": [[-Infinity, 1, 2]]}', '{"inputs": [[1e39, 1, 2]]}',
                '{"inputs": [[3.4028235677973366e38, 1, 2]]}',
                '{"inputs": [[3.4028235e38, 1, 2]]}', '{"inputs": [[1e400, 1, 2]]}',
                '{"inputs": [[1e-400, 1e-50, -0.0]]}',
                '{"inputs": [[1.00000017881393421514957253748434595763683319091796875001, 1, 2]]}',
                '{"inputs": [[1, 2, 3]], "inputs": [[4, 5, 6]]}', '{"inputs": [[01, 2, 3]]}',
                '{"inputs": [[+1, 2, 3]]}', '{"inputs": [[.5, 2, 3]]}', '{"inputs": [[1., 2, 3]]}',
                '{"inputs": [[0x1, 2, 3]]}', '{"inputs": [[1, 2, 3],]}', '{"inputs": [[1, 2, 3]',
                '{"inputs": [[1, 2, 3]]} x', ' \n{"inputs":\t[[1,2,3]]}\r\n', "", " ", "{",
                '{"in\\u0070uts": [[1, 2, 3]]}', "{'inputs': [[1, 2, 3]]}",
                '\ufeff{"inputs": [[1, 2, 3]]}', '{"inputs": [[1, 2, 3]], "other": "\\ud800"}',
                '{"inputs": [[1, 2, 3]], "other": "a\tb"}', '{"inputs": [[1, 2, nan]]}',
                '{"dataframe_split": {"columns": ["a", "b", "c"], "data": [[Infinity, 1, 2]]}}',
                '{"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1e39, 1, 2]]}}',
                '{"messages": [], "inputs": [[1, 2, 3]]}', '{"input": [[1, 2, 3]]}')


ODD = [None, True, False, 0, 1, 2, -1, 1.5, 1.0, 16777217, 2**31, 2**53 + 1, 2**63, 10**30, "1", "1.5",
       " 2 ", "x", "", "true", "nan", "inf", "1e3", "1_0", [1], {"a": 1}, 1e300, -2.5]


def typing():
    """Odd values in each column of `typed`, alone and beside a good one."""
    names = NAMES["typed"]
    good = ROWS["typed"][1]
    for at, name in enumerate(names):
        for odd in ODD:
            row = good[:at] + [odd] + good[at + 1:]
            yield split(names, [row])
            if odd in (None, True, 1, 1.5, "1", "x") and not isinstance(odd, float) or odd == 1.5:
                yield split(names, [row, good])
        for literal in ("NaN", "Infinity", "1e39", "1e400"):
            row = json.dumps(good[:at] + ["LITERAL"] + good[at + 1:]).replace('"LITERAL"', literal)
            yield '{"dataframe_split": {"columns": %s, "data": [%s]}}' % (json.dumps(names), row)
        for odd in (None, True, 2, 1.5, "1", "x", 2**63):
            yield {"inputs": {n: [odd if n == name else v] for n, v in zip(names, good)}}
            if odd in (None, 1.5, "1"):
                yield {"instances": [{n: odd if n == name else v for n, v in zip(names, good)}]}
                yield {"dataframe_records": [{n: odd if n == name else v for n, v in zip(names, good)}]}
    yield {"inputs": dict(zip(names, good))}
    yield split(["age", "count", "small", "flag"], [[0.5, 3, -2, True]])
    yield {"dataframe_records": [{"age": 1, "count": 3, "small": -2, "flag": True}]}
    yield {"instances": [{"age": 1, "count": 3, "small": -2, "flag": True}]}
    yield {"inputs": {"age": [1], "count": [3], "small": [-2], "flag": [True]}}


def untyped():
    """Odd values where no signature says what a column is."""
    for odd in ODD:
        yield split(NAMES["named"], [[odd, 1, 2]])
        if odd in (None, True, "1", "x"):
            yield split(NAMES["named"], [[odd, 1, 2], [1.5, 1, 2]])
            yield {"dataframe_records": [dict(zip(NAMES["named"], [odd, 1, 2]))]}


TABLES = ["age,count,c\n0.5,-1.25,2\n", "age,count,c\r\n0.5,-1.25,2\r\n0.1,3,-7.75\r\n",
          "age,count,c\n0.5,-1.25,2", "c,age,count\n2,0.5,-1.25\n", "age,count,c\n,1,2\n1,,\n",
          '"age","count","c"\n"0.5","-1.25","2"\n', 'age,"count",c\n0.5,"-1.25",2\n',
          "age,count,c\n", "age,count,c", "", "\n", "age,count\n1,2\n", "age,count,c,d\n1,2,3,4\n",
          "age,count,c\n1,2\n", "age,count,c\n1,2,3,4\n", "age,count,c\n1,2,3\n1,2,3,4\n",
          "age,count,c\n1,2,x\n", "age,count,c\n1,2,NaN\n", "age,count,c\n1,2,NA\n",
          "age,count,c\n1,2,null\n", "age,count,c\n1,2,None\n", "age,count,c\n1,2,inf\n",
          "age,count,c\n1,2,-inf\n", "age,count,c\n 1, 2 ,3\n", "age, count,c\n1,2,3\n",
          "age,count,c\n\n1,2,3\n\n4,5,6\n", "age,count,c\n1e3,1E-3,+2\n", "age,count,c\n.5,5.,-.5\n",
          "age,count,c\n0x10,1,2\n", "age,count,c\n1_0,1,2\n", "age,count,c\n1,2,True\n",
          "age,count,c\n1,2,1e39\n", "age,count,c\n1,2,1e400\n", 'age,count,c\n"1,2,3\n',
          'age,count,c\n"1"x,2,3\n', 'age,count,c\n"1""2",2,3\n', "age,count,c\n1;2;3\n",
          "age,age,c\n1,2,3\n", "age,count,c\n0.1000000000000000055511151231257827,16777217,2\n",
          "age,count,c\r1,2,3\r4,5,6\r", "\ufeffage,count,c\n1,2,3\n", "age,count,c\n-,2,3\n",
          "age,count,c\n#N/A,n/a,nan\n", "age,count,c\n1.7976931348623157e308,2,3\n",
          "age,count,c\n1,2,3,\n", "1,2,3\n"]
TYPED_TABLES = ["age,count,c,small,flag\n0.5,3,-1.25,-2,True\n0.1,0,0.1,1,False\n",
                "flag,small,c,count,age\ntrue,-2,-1.25,3,0.5\n",
                "age,count,c,small,flag,more\n0.5,3,-1.25,-2,TRUE,x\n",
                "age,count,c,small,flag\n,3,-1.25,-2,True\n", "age,count,c,small,flag\n1,,1,-2,True\n",
                "age,count,c,small,flag\n1,2,,-2,True\n", "age,count,c,small,flag\n1,2,3,4,\n",
                "age,count,c,small,flag\n1,2.0,3,4,True\n", "age,count,c,small,flag\n1,2.5,3,4,True\n",
                "age,count,c,small,flag\n1,2,3,4,1\n", "age,count,c,small,flag\n1,2,3,4,0\n",
                "age,count,c,small,flag\n1,2,3,4,yes\n", "age,count,c,small,flag\n1,2,3,2147483648,True\n",
                "age,count,c,small,flag\n1,9223372036854775808,3,4,True\n",
                "age,count,small,flag\n1,2,4,True\n", "age,count,c,small\n1,2,3,4\n",
                "age,count,c,small,flag\n1,2,3,4,False\n", "age,count,c,small,flag\n1,2,x,4,True\n",
                "age,count,c,small,flag\nTrue,2,3,4,True\n", "age,count,c,small,flag\n1,2,1e39,4,True\n"]

TYPES = ["application/json; charset=utf-8", "application/json;charset=UTF-8",
         "application/json; charset=latin-1", "application/json; version=1", "Application/JSON",
         'application/json; charset="utf-8"', "text/plain", "", "application/json; ", "text/csv; header=x",
         "application/x-www-form-urlencoded", " application/json", "application/json; Charset=utf-8"]


def requests():
    for model in NAMES:
        for body in general(model):
            yield model, JSON, body
    for body in shape():
        yield "bare", JSON, body
    for body in shape():
        if re.search("inputs|instances|split", str(body)):
            yield "tensor", JSON, body
    for body in typing():
        yield "typed", JSON, body
    for body in untyped():
        yield "named", JSON, body
    for table in TABLES:
        yield "named", CSV, table
    yield "bare", CSV, "0,1,2\n0.5,-1.25,2\n"
    yield "bare", CSV, "x,y,z\n0.5,,2\n"
    yield "tensor", CSV, "0,1,2\n0.5,-1.25,2\n"
    yield "tensor", CSV, "0,1,2\n0.5,,2.5\n"
    for table in TYPED_TABLES:
        yield "typed", CSV, table
    for kind in TYPES:
        yield "bare", kind, {"inputs": [[1, 2, 3]]}


async def call(app, kind, body):
    sent = []
    inbox = [{"type": "http.request", "body": body, "more_body": False}]
    scope = {"type": "http", "method": "POST", "path": "/invocations", "raw_path": b"/invocations",
             "query_string": b"", "headers": [(b"content-type", kind.encode())], "http_version": "1.1",
             "scheme": "http", "server": ("localhost", 80), "client": ("localhost", 1), "root_path": ""}

    async def receive():
        return inbox.pop() if inbox else await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as error:  # As uvicorn does; the reason is worth keeping.
        return 500, f"{type(error).__name__}: {error}"
    text = b"".join(m.get("body", b"") for m in sent).decode()
    if sent[0]["status"] == 400:
        error = json.loads(text)
        lines = error.get("stack_trace", "").strip().split("\n")
        reason = "\n".join(line for line in lines if re.match(r"[\w.]+Error: ", line)) or lines[-1]
        text = error["message"] if "unexpected error" not in error["message"] else reason
        # The end of the message says why; before it stands the data.
        text = text.split("\nError: Failed to enforce schema")[-1].split(" Error: ")[-1]
    return sent[0]["status"], text


def main():
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    apps = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, model, signature in models():
            path = Path(scratch, name)
            mlflow.xgboost.save_model(model, str(path), signature=signature, model_format="json")
            shutil.copy(path / "MLmodel", folder / f"{name}.mlmodel")
            shutil.copy(path / "model.json", folder / f"{name}.json")
            apps[name] = scoring_server.init(mlflow.pyfunc.load_model(str(path)))
        seen = set()
        with open(folder / "corpus.jsonl", "w", encoding="utf-8") as out:
            for model, kind, body in requests():
                text = body if isinstance(body, str) and (kind == CSV or body[:1] != "t") else json.dumps(body)
                if (model, kind, text) in seen:
                    continue
                seen.add((model, kind, text))
                status, answer = asyncio.run(call(apps[model], kind, text.encode()))
                if status != 200:
                    answer = re.sub(r"0x[0-9a-f]{8,}", "0x…", answer)[:ANSWER_CHARS_MAX]
                line = {"model": model, "type": kind, "body": text, "status": status, "answer": answer}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
