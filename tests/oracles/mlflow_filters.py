"""What MLflow's own parser makes of a list of run filters and order_by clauses.

    PYTHON_WITH_MLFLOW tests/oracles/mlflow_filters.py jsonl > src/foundation/expr/testdata/mlflow_filters.jsonl
    PYTHON_WITH_MLFLOW tests/oracles/mlflow_filters.py tsv   > src/foundation/expr/testdata/mlflow_filters.tsv

The stored files are from MLflow 3.17.2 with sqlparse 0.6.1. MLflow checks some things only when the
store builds its query (comparators, numbers): the oracle runs those checks as well. Errors that print a
set print it in the order of Python's hash seed, here 0.

jsonl: {filter, ok, parsed: [[type, key, comparator, value]] | error}, then
{order_by, ok, parsed: [[type, key, ascending]] | error}.
tsv, for filters: ok|bad|aside, the filter, then type, key, comparator, value of each clause; value
is `s:text`, `n:number`, `l:item,item` or `-`. Escaped: \\t \\n \\r \\\\ and, in lists, \\c for a comma.
`aside` is a filter that is rejected for what it means (KEY, VALUE or COMPARATOR of the wrong kind), not
for its form; that judgement belongs to who asks the parser. For order_by clauses:
order-ok|order-bad|order-aside, the clause, type, key, asc|desc.
"""

import json
import os
import re
import sys

if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

import mlflow  # noqa: E402
import sqlparse  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from mlflow.utils.search_utils import SearchUtils  # noqa: E402

FILTERS = [
    # Comparators and numbers.
    "metrics.acc > 0.9", "metrics.acc >= 0.9", "metrics.acc < 0.9", "metrics.acc <= 0.9",
    "metrics.acc = 0.9", "metrics.acc != 0.9", "metrics.acc == 0.9", "metrics.acc <> 0.9",
    "metrics.acc>0.9", "metrics.acc  >  0.9", " metrics.acc > 0.9 ", "metrics.acc\n>\t0.9",
    "metrics.a > 1", "metrics.a > -1", "metrics.a > - 1", "metrics.a > +1", "metrics.a > -0.5",
    "metrics.a > 1e5", "metrics.a > 1E5", "metrics.a > 1e-5", "metrics.a > 1.5e+3",
    "metrics.a > -1.5e-3", "metrics.a > .5", "metrics.a > 5.", "metrics.a > -.5", "metrics.a > 1e",
    "metrics.a > 1e400", "metrics.a > 0x10", "metrics.a > 1_000", "metrics.a > 007",
    "metrics.a > 12345678901234567890123", "metrics.a > 1.2.3", "metrics.a > nan",
    "metrics.a > inf", "metrics.a > 'x'", "metrics.a > '1'", "metrics.a > \"1\"",
    "metrics.a LIKE '1'", "metrics.a IN (1)", "metrics.a IS NULL", "metrics.a =! 1",
    "metrics.a => 1", "metrics.a ~ 1", "metrics.a % 1", "metrics.a & 1", "metrics.a === 1",
    "metrics.a !> 1", "metrics.a > > 1",
    # Prefixes.
    "metric.a > 1", "param.a = 'x'", "params.a = 'x'", "parameter.a = 'x'", "parameters.a = 'x'",
    "tag.a = 'x'", "tags.a = 'x'", "attribute.status = 'RUNNING'", "attributes.status = 'RUNNING'",
    "attr.status = 'RUNNING'", "run.status = 'RUNNING'", "dataset.name = 'd'",
    "datasets.digest = 'd'", "dataset.context IN ('a', 'b')", "dataset.profile = 'd'",
    "Metrics.a > 1", "PARAMS.a = 'x'", "`metrics`.a > 1", "\"metrics\".a > 1", "model.a > 1",
    "metrics . a > 1", "metrics .a > 1", "metrics. a > 1", "metrics. > 1", ".a > 1", "metrics > 1",
    "metrics..a > 1", "metrics.a. > 1",
    # Keys.
    "metrics.a_b > 1", "metrics.a-b > 1", "metrics.a/b > 1", "metrics.a.b > 1",
    "metrics.a.b.c > 1", "metrics.a:b > 1", "metrics.a b > 1", "metrics.1a > 1", "metrics.1 > 1",
    "metrics._a > 1", "metrics.é > 1", "metrics.模型 > 1", "metrics.`a b` > 1",
    "metrics.`a.b` > 1", "metrics.`a/b-c:d e` > 1", "metrics.\"a b\" > 1", "metrics.\"a.b\" > 1",
    "metrics.'a b' > 1", "metrics.`模型 性能` > 1", "metrics.`` > 1", "metrics.\"\" > 1",
    "metrics.`a > 1", "metrics.\"a > 1", "metrics.a` > 1", "metrics.`a``b` > 1",
    "metrics.`a\"b` > 1", "metrics.\"a`b\" > 1", "metrics.`a'b` > 1", "metrics.\"a'b\" > 1",
    "metrics.`a` . `b` > 1", "metrics.`a`.b > 1", "metrics.`val.acc`> 1", "tags.mlflow.user = 'x'",
    "tags.`mlflow.source.name` = 'x'", "tags.\"mlflow.parentRunId\" = 'x'", "metrics.@a > 1",
    "metrics.$a > 1", "metrics.#a > 1", "metrics.a@b > 1", "metrics.a$b > 1", "metrics.a#b > 1",
    "metrics.[a] > 1", "metrics.a[0] > 1", "metrics.a() > 1", "metrics.a(b) > 1",
    # Words of SQL as keys.
    "tags.order = 'x'", "tags.in = 'x'", "tags.and = 'x'", "tags.not = 'x'", "tags.null = 'x'",
    "tags.like = 'x'", "tags.select = 'x'", "tags.version = 'x'", "tags.type = 'x'",
    "tags.date = 'x'", "params.user = 'x'", "params.end = 'x'", "params.case = 'x'",
    # Strings.
    "params.a = 'x y'", "params.a = \"x\"", "params.a = \"x y\"", "params.a = `x`", "params.a = x",
    "params.a = ''", "params.a = \"\"", "params.a = 'x", "params.a = x'", "params.a = \"x",
    "params.a = 'it''s'", "params.a = \"a\"\"b\"", "params.a = 'it\\'s'", "params.a = 'a\\\\'",
    "params.a = 'a\\nb'", "params.a = 'a\nb'", "params.a = \"it's\"", "params.a = 'say \"x\"'",
    "params.a = 'x AND y'", "params.a = '模型 😀'", "params.a = 'a%b_c'", "params.a = '--x'",
    "params.a = '/*x*/'", "params.a = 'x;y'", "params.a = 1", "params.a = 0.1", "params.a = -1",
    "params.a = '1'", "params.a = true", "params.a = null", "params.a = NULL", "params.a > '1'",
    "params.a = N'x'", "params.a = x.y", "params.a = 'x' 'y'", "params.a = ('x')",
    # LIKE, IN, IS.
    "params.a LIKE 'x%'", "params.a like 'x%'", "params.a Like 'x%'", "params.a ILIKE 'x%'",
    "params.a ilike 'x%'", "params.a NOT LIKE 'x%'", "params.a RLIKE 'x'", "params.a LIKE x",
    "params.a LIKE\"x\"", "params.a IN ('x')", "tags.a IN ('x')", "attribute.run_id IN ('a')",
    "run_id IN ('a', 'b')", "run_id IN ('a','b',)", "run_id in ('a')", "run_id In ('a')",
    "run_id NOT IN ('a', 'b')", "run_id not in ('a')", "run_id NOT  IN ('a')", "run_id IN('a')",
    "run_id IN ()", "run_id IN ('a' 'b')", "run_id IN ('a'", "run_id IN 'a'", "run_id IN a",
    "run_id IN (a)", "run_id IN (1)", "run_id IN ('a', 1)", "run_id IN (\"a\", 'b')",
    "run_id IN (`a`)", "run_id IN (('a'))", "run_id IN ('a', ('b'))", "run_id IN (,'a')",
    "run_id IN ('a',,'b')", "run_id IN ['a']", "run_id = ('a')", "run_id IN ('it''s')",
    "run_id IN ('a\\nb')", "run_id IN ('a,b', 'c)d')", "status IN ('RUNNING')",
    "start_time IN (1)", "params.a IS NULL", "params.a IS NOT NULL", "params.a is null",
    "params.a is not null", "params.a Is Not  Null", "tags.`a b` IS NULL", "tags.a IS  NULL",
    "tags.a ISNULL", "tags.a NOTNULL", "tags.a IS 'x'", "tags.a IS", "tags.a IS NOT",
    "tags.a = NULL", "status IS NULL", "dataset.name IS NULL",
    # Attributes.
    "status = 'RUNNING'", "attribute.run_id = 'a'", "run_id = 'a'", "run_name = 'a'",
    "attribute.`run name` = 'a'", "`run name` = 'a'", "`Run name` = 'a'", "\"Run Name\" = 'a'",
    "run name = 'a'", "Run name = 'a'", "user_id = 'a'", "artifact_uri = 'a'",
    "start_time > 1664067852747", "start_time > 1.5", "start_time > '1'", "end_time < 1",
    "created > 1", "Created > 1", "attribute.created > 1", "attribute.start_time LIKE '1'",
    "status > 'a'", "status = RUNNING", "status = 1", "lifecycle_stage = 'active'",
    "experiment_id = '0'", "foo = 'a'", "attribute.foo = 'a'", "attribute.`status` = 'a'",
    "attribute.\"status\" = 'a'", "'status' = 'a'", "STATUS = 'a'", "1 = 1", "'a' = status",
    "1 < metrics.a", "metrics.a > metrics.b", "metrics.a > params.b",
    # Joining.
    "metrics.a > 1 AND metrics.b < 2", "metrics.a > 1 and metrics.b < 2",
    "metrics.a > 1 And params.b = 'x' AND tags.c LIKE 'y'", "metrics.a > 1 && metrics.b < 2",
    "metrics.a > 1 OR metrics.b < 2", "metrics.a > 1 or metrics.b < 2",
    "metrics.a > 1, metrics.b < 2", "metrics.a > 1 metrics.b < 2", "metrics.a > 1AND metrics.b < 2",
    "params.a = 'x'AND metrics.b < 2", "metrics.a > 1 AND", "AND metrics.a > 1", "AND",
    "metrics.a > 1 AND AND metrics.b < 2", "(metrics.a > 1)", "(metrics.a > 1) AND metrics.b < 2",
    "NOT metrics.a > 1", "metrics.a > 1 AND (metrics.b < 2 OR metrics.c = 3)",
    "metrics.a > 1; metrics.b < 2", "metrics.a > 1;", "metrics.a > 1 -- note",
    "metrics.a > 1 /* note */", "metrics.a > 1 AND /* note */ metrics.b < 2",
    "params.a IS NULL AND params.b IS NOT NULL", "run_id IN ('a') AND status = 'b'",
    "status = 'b' AND run_id IN ('a', 'b') AND metrics.a > 1",
    "run_id NOT IN ('a') AND params.a IS NULL", "params.a IS NULL AND metrics.b > 1",
    "metrics.a BETWEEN 1 AND 2", "metrics.a > 1 AND metrics.a > 1",
    # Wrecks.
    "", " ", "\n", "metrics.a", "metrics.a >", "> 1", "metrics.a 1", "metrics", "'", "\"", "`",
    "(", ")", "()", "((metrics.a > 1)", "metrics.a > (1)", "metrics.a > 1)", "=", ";", ",", "*",
    "metrics.a > *", "metrics.a > 1 + 1", "metrics.* > 1", "SELECT 1", "metrics.a > ?",
    "metrics.a > :x", "metrics.a > $1", "\\", "metrics.a > 1 \\", "metrics.a\u00a0> 1",
    "metrics.a > 1\u3000", "params.a = \u2018x\u2019", "metrics.a \u2265 1", "\ufeffmetrics.a > 1",
    "metrics.a > 1\x00",
]

ORDER_BYS = [
    "metrics.acc", "metrics.acc ASC", "metrics.acc DESC", "metrics.acc desc", "metrics.acc Asc",
    "metrics.acc  DESC", " metrics.acc DESC", "metrics.acc DESC ", "params.`a b` ASC",
    "metrics.`a.b`", "metrics.\"a b\" DESC", "tags.a", "start_time", "start_time DESC",
    "attribute.start_time DESC", "created DESC", "`Created`", "run_id", "status", "run_name",
    "`Run name`", "user_id", "artifact_uri", "end_time", "experiment_id", "timestamp", "foo",
    "attribute.foo", "foo.bar", "dataset.name", "metrics.a sideways", "metrics.a DESC ASC",
    "metrics.a, metrics.b", "metrics.a DESC, metrics.b", "metrics.a-b", "metrics.a/b DESC",
    "metrics.`a/b` DESC", "DESC", "", " ", "metrics.`a", "metrics.'a'", "'metrics.a'", "1",
    "metrics.a > 1", "metrics.a; metrics.b", "(metrics.a)", "metrics.a NULLS LAST", "metrics.it's",
]

CHECKS = (SearchUtils.is_metric, SearchUtils.is_param, SearchUtils.is_tag, SearchUtils.is_dataset)

# How errors of meaning begin. All others are about form.
MEANING = (
    "Invalid attribute key", "Invalid dataset key", "Invalid entity type", "Expected numeric value",
    "Expected a quoted string value", "Invalid comparator", "IS NULL / IS NOT NULL is only",
    "Only ['run_id'] attributes", "Only the dataset", "Parameter value is either not quoted",
    "While parsing a list in the query, expected string value",
)


def parse(text):
    """The clauses; raises what the server answers, or what makes it answer 500."""
    clauses = SearchUtils.parse_search_filter(text)
    for clause in clauses:
        kind, key, comparator = clause["type"], clause["key"], clause["comparator"].upper()
        if kind == "attribute":
            SearchUtils.is_attribute(kind, SearchUtils.translate_key_alias(key), comparator)
        for check in CHECKS:
            check(kind, comparator)
        if kind == "metric" and clause["value"] is not None:
            float(clause["value"])
    return clauses


def parse_order_by(text):
    kind, key, ascending = SearchUtils.parse_order_by_for_search_runs(text)
    return [{"type": kind, "key": key, "ascending": ascending}]


def run(name, function, text):
    try:
        return {name: text, "ok": True, "parsed": function(text)}
    except MlflowException as e:
        return {name: text, "ok": False, "error": e.message}
    except Exception as e:  # Not an answer of MLflow's: its server says 500.
        error = re.sub(" at 0x[0-9a-f]+", "", f"{type(e).__name__}: {e}")
        return {name: text, "ok": False, "error": error}


def escape(text):
    for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return text


def value_field(clause):
    value = clause["value"]
    if value is None:
        return "-"
    if isinstance(value, (tuple, list)):
        return "l:" + ",".join(escape(item).replace(",", "\\c") for item in value)
    if clause["type"] == "metric" or not isinstance(value, str):
        return f"n:{value}"
    return "s:" + escape(value)


def tsv_line(row):
    if row["ok"]:
        verdict = "ok"
    else:
        verdict = "aside" if row["error"].startswith(MEANING) else "bad"
    if "order_by" in row:
        fields = ["order-" + verdict, escape(row["order_by"])]
        for key in row.get("parsed", []):
            fields += [key["type"], escape(key["key"]), "asc" if key["ascending"] else "desc"]
        return "\t".join(fields)
    fields = [verdict, escape(row["filter"])]
    for clause in row.get("parsed", []):
        fields += [clause["type"], escape(clause["key"]), clause["comparator"].upper(),
                   value_field(clause)]
    return "\t".join(fields)


def json_line(row):
    if row["ok"]:
        row = {**row, "parsed": [list(part.values()) for part in row["parsed"]]}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def main():
    form = sys.argv[1] if len(sys.argv) == 2 else ""
    if form not in ("jsonl", "tsv"):
        sys.exit(__doc__)
    print(f"# MLflow {mlflow.__version__}, sqlparse {sqlparse.__version__}", file=sys.stderr)
    rows = [run("filter", parse, text) for text in FILTERS]
    rows += [run("order_by", parse_order_by, text) for text in ORDER_BYS]
    for row in rows:
        print(tsv_line(row) if form == "tsv" else json_line(row))


if __name__ == "__main__":
    main()
