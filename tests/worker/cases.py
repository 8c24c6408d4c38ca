"""Requests for the models of saved_models.py: {model: [body, …]}. A body that is no text is sent
as JSON; a pair is (content type, body)."""

import pandas as pd

JSON = "application/json"
CSV = "text/csv"

ROWS = [[1.5, -2.25, 3], [0.1, 4.0, 8], [2.75, 0.5, 0]]
NAMES = ["size", "weight", "count"]
RECORDS = [dict(zip(NAMES, row)) for row in ROWS]
COLUMNS = {name: [row[at] for row in ROWS] for at, name in enumerate(NAMES)}
SPLIT = {"columns": NAMES, "data": ROWS}
CSV_TEXT = "size,weight,count\n1.5,-2.25,3\n0.1,4.0,8\n"

GOOD_FRAMES = [
    {"dataframe_split": SPLIT},
    {"dataframe_split": {**SPLIT, "index": ["x", "y", "z"]}},
    {"dataframe_records": RECORDS},
    {"dataframe_records": RECORDS, "params": {}},
    {"dataframe_split": {"columns": NAMES[::-1], "data": [row[::-1] for row in ROWS]}},
    (CSV, CSV_TEXT),
    ("text/csv; charset=utf-8", CSV_TEXT),
    ("application/vnd.apache.parquet", pd.DataFrame(COLUMNS).to_parquet()),
    ("application/json; charset=UTF-8",
     '{"dataframe_records": [{"size": 1, "weight": 2, "count": 3}]}'),
]
FORMS = GOOD_FRAMES + [
    {"instances": ROWS}, {"inputs": ROWS}, {"instances": RECORDS}, {"inputs": RECORDS},
    {"instances": COLUMNS}, {"inputs": COLUMNS}, {"inputs": ROWS[0]}, {"inputs": 5},
    {"inputs": []}, {"instances": []}, {"dataframe_records": []},
    {"inputs": {**COLUMNS, "size": [1.0]}}, {"instances": {**COLUMNS, "size": [1.0]}},
]
WRONG_BODIES = [
    "", "{", "[1, 2]", "7", "null", '"text"', "{}", '{"data": []}', b"\xff\xfe{}",
    {"inputs": ROWS, "instances": ROWS}, {"dataframe_split": SPLIT, "inputs": ROWS},
    {"dataframe_split": ROWS}, {"dataframe_split": {"columns": NAMES}},
    {"dataframe_split": {**SPLIT, "more": 1}},
    {"dataframe_split": {"columns": ["a"], "data": ROWS}},
    {"dataframe_records": SPLIT}, {"dataframe_records": 5}, {"dataframe_records": None},
    {"inputs": ROWS, "signature_name": "x"},
]
WRONG_TYPES = [
    ("text/plain", "x"), ("application/xml", "<x/>"), ("application/json; charset=latin-1", "{}"),
    ("application/json; version=2", "{}"), ("application/octet-stream", b"\0"), (CSV, b"a\n\xff\n"),
    (CSV, ""), (CSV, "a,b\n1,2,3\n4\n"), ("application/vnd.apache.parquet", b"PAR1 not really"),
    ("application/vnd.apache.parquet", b"PAR1\xff"), (JSON, "\ufeff{}"), (JSON, "{}".encode("utf-16")),
]
WRONG_VALUES = [
    {"dataframe_split": {"columns": NAMES[:2], "data": [row[:2] for row in ROWS]}},
    {"dataframe_split": {"columns": [*NAMES, "zebra"], "data": [[*row, 1] for row in ROWS]}},
    {"dataframe_records": [{**RECORDS[0], "size": None}, RECORDS[1]]},
    {"dataframe_records": [{**RECORDS[0], "size": "tall"}]},
    {"dataframe_records": [{**RECORDS[0], "count": 1.5}]},
    {"dataframe_records": [{**RECORDS[0], "count": None}, RECORDS[1]]},
    {"dataframe_records": [{**RECORDS[0], "count": True}]},
    '{"dataframe_records": [{"size": NaN, "weight": Infinity, "count": 3}]}',
    {"inputs": [row[:2] for row in ROWS]}, {"instances": [ROWS]},
    {"inputs": [[1, 2, 3], [4, 5]]}, {"inputs": "text"}, {"inputs": [["a", "b", "c"]]},
    {"inputs": ROWS, "params": {"unknown": 1}},
    (CSV, "size,weight\n1,2\n"), (CSV, "size,weight,count\n1,2,three\n"),
]
ALL = FORMS + WRONG_BODIES + WRONG_TYPES + WRONG_VALUES

TYPED_ROW = {"text": "crème ☃", "flag": True, "small": 7, "large": 1 << 40, "single": 0.1,
             "when": "2026-11-24T12:30:00", "maybe": 0.25}
TYPED = [
    {"dataframe_records": [TYPED_ROW, {**TYPED_ROW, "maybe": None}]},
    {"dataframe_records": [{k: v for k, v in TYPED_ROW.items() if k != "maybe"}]},
    {"inputs": [TYPED_ROW]}, {"instances": [TYPED_ROW]},
    {"inputs": {k: [v] for k, v in TYPED_ROW.items()}},
    *({"dataframe_records": [{**TYPED_ROW, **wrong}]} for wrong in (
        {"small": 1 << 40}, {"small": "x"}, {"flag": "yes"}, {"flag": 1}, {"when": "yesterday"},
        {"text": 5}, {"text": None}, {"single": 1e300}, {"large": 1 << 70}, {"large": 2.5})),
]

CASES = {
    "plain": ALL, "frame": ALL, "columns": ALL, "tensor": ALL,
    "proba": FORMS + WRONG_VALUES, "pickled": FORMS + WRONG_VALUES,
    "xgboost": FORMS + WRONG_VALUES,
    "trusted": GOOD_FRAMES,
    "params": [
        {"inputs": [1.5, 2]}, {"inputs": {"x": [1.5, 2]}}, {"dataframe_records": [{"x": 3}]},
        {"inputs": [1.5], "params": {"factor": 10}}, {"inputs": [1.5], "params": {"factor": 0.5}},
        {"inputs": [1.5], "params": {"names": ["b", "c"]}}, {"inputs": [1.5], "params": {}},
        {"inputs": [1.5], "params": None}, {"inputs": [1.5], "params": {"factor": "x"}},
        {"inputs": [1.5], "params": {"names": "b"}}, {"inputs": [1.5], "params": [1]},
        {"inputs": [1.5], "params": {"factor": 1, "other": 2}}, {"params": {"factor": 1}},
        (CSV, "x\n1.5\n2\n"),
    ],
    "typed": TYPED,
    "binary": [
        {"dataframe_records": [{"raw": "aGVsbG8="}]}, {"dataframe_records": [{"raw": "!"}]},
        {"dataframe_records": [{"raw": None}]}, {"dataframe_records": [{"raw": 5}]},
    ],
    "chat": [
        {"messages": [{"role": "user", "content": "soup?"}]},
        {"messages": [{"role": "user", "content": "né ☃"}], "temperature": 0.5,
         "params": {"a": 1}},
        {"prompt": "a", "max_tokens": 5}, {"input": ["a", "b"]}, {"messages": []},
        {"prompt": None, "inputs": [1]},
    ],
    "hinted": [
        {"inputs": ["a", "b"]}, {"inputs": []}, {"inputs": [1]}, {"inputs": "a"},
        {"dataframe_records": [{"x": "a"}]}, {"instances": ["a"]}, {"inputs": ["a"], "params": {}},
    ],
    "noisy": [{"inputs": {"do": "well"}}, {"prompt": 1, "do": "nan"},
              *({"prompt": "x", "do": word} for word in ("well", "raise", "memory", "mlflow"))],
}
