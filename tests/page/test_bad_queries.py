"""What is wrong with a query is named: the field, the fault, the limit."""

import pytest

from fixture import Connection


@pytest.fixture(scope="module")
def experiment(galley):
    connection = Connection(galley.url)
    number = connection.post("experiments/create", {"name": "bad queries"})["experiment_id"]
    for value in (1, 2):
        run = connection.post("runs/create", {"experiment_id": number})["run"]["info"]["run_id"]
        connection.post("runs/log-batch", {
            "run_id": run, "params": [{"key": "both", "value": "1"}, {"key": "lr", "value": "1"}],
            "metrics": [{"key": "both", "value": value, "timestamp": 1, "step": 0},
                        {"key": "auc", "value": value, "timestamp": 1, "step": 0}]})
    return number


BODIES = [
    ({"experiments": ["nowhere"]}, 404, "there is no experiment 'nowhere'"),
    ({"experiments": [True]}, 400, "'experiments[0]'"),
    ({"experiments": [1.5]}, 400, "'experiments[0]'"),
    ({"experiments": "0"}, 400, "experiments"),
    ({"experiments": ["0"] * 1001}, 400, "1000"),
    ({"filter": 7}, 400, "filter"),
    ({"filter": "x" * 70_000}, 400, "65536"),
    ({"sort": ["auc"]}, 400, "'sort[0]': 'auc' must begin with metrics., params."),
    ({"sort": ["metrics.auc", "-attributes.color"]}, 400, "'sort[1]': there is no attribute 'color'"),
    ({"sort": ["metrics.a"] * 9}, 400, "'sort' has 9 items, and may have 8 at most"),
    ({"columns": ["metrics."]}, 400, "'columns[0]': 'metrics.' has no key"),
    ({"columns": ["mean(metrics.auc)"]}, 400, "'columns[0]'"),
    ({"columns": ["max(params.lr)"]}, 400, "only metrics have a last, min, max and best value"),
    ({"columns": ["dataset.color"]}, 400, "a dataset has no 'color'"),
    ({"columns": ["metrics.a"] * 201}, 400, "'columns' has 201 items, and may have 200 at most"),
    ({"group_by": ["params.a"] * 4}, 400, "'group_by' has 4 items, and may have 3 at most"),
    ({"from_ms": 2, "to_ms": 1}, 400, "'from_ms' is 2, later than 'to_ms', 1"),
    ({"from_ms": "now"}, 400, "from_ms"),
    ({"view": "gone"}, 400, "'view' must be active, deleted or all, not 'gone'"),
    ({"limit": 5}, 400, "limit"),
]


@pytest.mark.parametrize("body, status, said", BODIES)
def test_fields(api, experiment, body, status, said):
    found, message = api.refused("POST", "runs/query", body)
    assert found == status and said in message, message


FILTERS = [
    ("auc >", "position 6: found the end, expected a quoted string or a number"),
    ("auc > 0.9 AND", "position 14: found the end, expected a name"),
    ("auc 0.9", "position 5: found '0.9', expected a comparator"),
    ("(auc > 0.9", "the ')' of the '(' at position 1"),
    ("auc > 0.9)", "position 10: found ')'"),
    ("lr = adam", "position 6: found 'adam', expected a quoted string or a number"),
    ("lr = 'adam", "position 6: the ' that opens here is never closed"),
    ("both = 1", "position 1: 'both' is more than one thing; write params.both or metrics.both"),
    ("lr = 1 AND nothing > 1", "position 12: no run here has a metric, parameter or tag 'nothing'"),
    ("metrics.auc > 'high'", "position 15: metrics.auc is compared with a number"),
    ("auc LIKE '1%'", "position 1: metrics.auc is a number, and LIKE compares texts"),
    ("attributes.color = 'red'", "position 1: there is no attribute 'color'; there are: id, name"),
    ("started > 'yesterday'", "position 11: 'yesterday' is no time"),
    ("started > '2026-02-30'", "'2026-02-30' is no time"),
    ("lr LIKE 5", "position 9: LIKE needs a text in quotes"),
    ("lr IN 5", "position 7: found '5', expected a list"),
    ("lr IN ()", "position 8: found ')'"),
    ("lr = 1 XOR lr = 2", "position 8: found 'XOR', expected AND, OR or the end"),
    ("(" * 101 + "lr = 1" + ")" * 101, "nested deeper than the limit of 100"),
    (" OR ".join(["lr = 1"] * 1001), "more clauses than the limit of 1000"),
]


@pytest.mark.parametrize("text, said", FILTERS)
def test_filters(api, experiment, text, said):
    status, message = api.refused("POST", "runs/query",
                                  {"experiments": [experiment], "filter": text})
    assert status == 400 and message.startswith("'filter': ") and said in message, message


def test_bodies(api):
    for body in (b"", b"{", b"[]", b'{"filter": "\xff"}', b"null"):
        assert api.refused("POST", "runs/query", body)[0] == 400
    status, message = api.refused("POST", "runs/query", b" " * ((1 << 20) + 1))
    assert status == 413 and "1048576" in message


PATHS = [
    ("runs/result/0123", 400, "'0123' is no result"),
    ("runs/result/" + "0" * 32, 404, "ask again"),
    ("runs/result/RESULT?from=-1", 400, "'from' must not be negative"),
    ("runs/result/RESULT?n=501", 400, "'n' must be from 1 to 500, not 501"),
    ("runs/result/RESULT?n=0", 400, "'n' must be from 1 to 500, not 0"),
    ("runs/result/RESULT?to=5", 400, "there is no parameter 'to'; there are: from, n"),
    ("experiments/nowhere/columns", 404, "there is no experiment 'nowhere'"),
    ("experiments/-/columns?kind=color", 400, "'kind' must be metric, param, tag"),
    ("experiments/-/columns?after=auc", 400, "'after': 'auc' must begin with"),
    ("experiments/-/columns?limit=501", 400, "'limit' must be from 1 to 500, not 501"),
    ("complete?text=lr&pos=3", 400, "'pos' must be from 0 to 2"),
    ("complete?text=lr&pos=-1", 400, "'pos' must be from 0 to 2"),
    ("complete?experiment=nowhere&text=", 404, "there is no experiment 'nowhere'"),
]


@pytest.mark.parametrize("path, status, said", PATHS)
def test_parameters(api, path, status, said):
    result = api.query()["result"]
    found, message = api.refused("GET", path.replace("RESULT", result))
    assert found == status and said in message, message
