"""Where Galley's answers differ from MLflow 3.17.2's, and why.

`ANSWERS`: status or error code differ; both are asserted. `WORDINGS`: only the text differs.
"""

from typing import NamedTuple


class Deviation(NamedTuple):
    theirs: tuple
    ours: tuple
    why: str


CRASHES = ("MLflow's own code fails there (500); its clients repeat a 500 for minutes, a "
           "mistake is a 400.")
IGNORED = ("MLflow ignores the value and does something else than was asked; Galley says so.")
DATABASE = ("MLflow's text without what its database says.")
EXPECTED = ("MLflow's text, and in addition what was expected.")
SETS = ("MLflow prints a set in the order of its process's hash seed; Galley sorts it.")

ANSWERS = {
    "experiment get: twenty digits": Deviation(
        (500, "INTERNAL_ERROR"), (404, "RESOURCE_DOES_NOT_EXIST"),
        'MLflow fails with a 500; a number that nothing has is not found.'),
    "experiment rename: taken": Deviation(
        (400, "BAD_REQUEST"), (400, "RESOURCE_ALREADY_EXISTS"),
        "MLflow's answer shows its SQL; Galley answers as `create` does."),
    "experiment rename: deleted one": Deviation(
        (500, "INVALID_STATE"), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "experiments: bad view": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        IGNORED),
    "run: fraction as start": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        IGNORED),
    "run: start beyond 64 bits": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'The field is an int64; MLflow stores what SQLite makes of it.'),
    "run get: bad id": Deviation(
        (404, "RESOURCE_DOES_NOT_EXIST"), (400, "INVALID_PARAMETER_VALUE"),
        "No run can have such an id; Galley's are 32 hexadecimal digits."),
    "run update: bad status": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        IGNORED),
    "run update: status as number": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        "MLflow's clients send names; a number is not taken for one."),
    "metric: bool as value": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'true is no measurement; MLflow stores 1.0.'),
    "metric: list as value": Deviation(
        (500, None), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "metric: fraction as step": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'MLflow cuts the fraction off; Galley says so.'),
    "history: unknown run": Deviation(
        (200, None), (404, "RESOURCE_DOES_NOT_EXIST"),
        'MLflow answers with an empty history, as if the run were there.'),
    "batch: metric with text": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'MLflow answers 200 and loses the metric; Galley refuses the batch.'),
    "batch: a value of 10 MB": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'MLflow cuts the value to 6,000 characters without a word; Galley keeps up to 64 '
        'KiB whole and refuses more.'),
    "inputs: dataset without digest": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'MLflow stores a dataset without what it is recognised by.'),
    "outputs: unknown model": Deviation(
        (200, None), (404, "RESOURCE_DOES_NOT_EXIST"),
        'MLflow stores a link to nothing.'),
    "logged model finish: bad status": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        IGNORED),
    "logged models: bad filter": Deviation(
        (500, "INTERNAL_ERROR"), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "logged models: page of zero": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'A page of nothing with a token for the next one never ends.'),
    "runs, filter: or": Deviation(
        (400, "INVALID_PARAMETER_VALUE"), (200, None),
        "Galley's search language has OR, NOT and parentheses."),
    "runs, order: twice": Deviation(
        (500, "INTERNAL_ERROR"), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "runs: bad view": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        IGNORED),
    "model: name of 257": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        "MLflow's column has 256 characters; SQLite does not enforce it, PostgreSQL does."),
    "models: page of zero": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'A page of nothing with a token for the next one never ends.'),
    "version: source is an unknown model": Deviation(
        (400, "INVALID_PARAMETER_VALUE"), (404, "RESOURCE_DOES_NOT_EXIST"),
        'A logged model that is not there is not found; MLflow asks for a model_id first.'),
    "version get: with blanks": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        "A version is digits; MLflow reads what Python's int() reads."),
    "stage: archive others of None": Deviation(
        (500, "INTERNAL_ERROR"), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "file get: climbs, encoded twice": Deviation(
        (400, "INVALID_PARAMETER_VALUE"), (404, "RESOURCE_DOES_NOT_EXIST"),
        'Names may hold a literal % (2.x clients log images so); paths are decoded once and '
        'never reach the file system.'),
    "file put: climbs, encoded twice": Deviation(
        (400, "INVALID_PARAMETER_VALUE"), (200, None),
        'As for GET: the name has a literal %2e%2e, which is no `..` to anyone.'),
    "file get: backslash": Deviation(
        (404, "RESOURCE_DOES_NOT_EXIST"), (400, "INVALID_PARAMETER_VALUE"),
        'Refused as in PUT, where such a name would climb on other systems.'),
    "file put: backslash": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'MLflow stores a name that climbs on Windows, where the client downloads it.'),
    "file get: NUL": Deviation(
        (404, "RESOURCE_DOES_NOT_EXIST"), (400, "INVALID_PARAMETER_VALUE"),
        'Refused as in PUT. No name can have a NUL.'),
    "file put: NUL": Deviation(
        (200, None), (400, "INVALID_PARAMETER_VALUE"),
        'No file name can have a NUL; MLflow stores `a%00b` instead.'),
    "form: a list": Deviation(
        (500, None), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "form: a number": Deviation(
        (500, None), (400, "INVALID_PARAMETER_VALUE"),
        CRASHES),
    "form: wrong verb": Deviation(
        (405, None), (405, "ENDPOINT_NOT_FOUND"),
        "MLflow answers with a page in HTML; Galley's answer is JSON, as all of its errors."),
    "form: wrong verb, too": Deviation(
        (405, None), (405, "ENDPOINT_NOT_FOUND"),
        "MLflow answers with a page in HTML; Galley's answer is JSON, as all of its errors."),
    "form: no such path": Deviation(
        (404, None), (404, "ENDPOINT_NOT_FOUND"),
        "MLflow answers with a page in HTML; Galley's answer is JSON, as all of its errors."),
    "form: trailing slash": Deviation(
        (404, None), (404, "ENDPOINT_NOT_FOUND"),
        "MLflow answers with a page in HTML; Galley's answer is JSON, as all of its errors."),
}

WORDINGS = {
    "experiment: number as name":
        EXPECTED,
    "experiment: list as name":
        EXPECTED,
    "experiment: name there already":
        DATABASE,
    "experiment: name of a deleted one":
        DATABASE,
    "experiment: tags no list":
        EXPECTED,
    "experiment: tag without key":
        'MLflow judges the missing key as an empty one.',
    "experiment delete: deleted one":
        "Galley's text says that there is one in another state.",
    "experiment restore: active one":
        "Galley's text says that there is one in another state.",
    "experiments: page no number":
        EXPECTED,
    "experiments: bad token":
        "Galley's text says what to do instead.",
    "experiments: bad filter":
        SETS,
    "experiments: bad order":
        SETS,
    "run: start no number":
        EXPECTED,
    "metric: text as value":
        EXPECTED,
    "metric: negative timestamp":
        'Python prints 1.0, Galley prints 1.',
    "history: bad token":
        "Galley's text says what to do instead.",
    "param: number as value":
        EXPECTED,
    "batch: a param changed":
        'MLflow lists all changed params as Python, Galley names the first.',
    "batch: metrics no list":
        EXPECTED,
    "inputs: name of 501":
        "Galley's text names the whole path of the field.",
    "runs, filter: unknown attribute":
        SETS,
    "runs, filter: comparator of a param":
        SETS,
    "runs, filter: comparator of a metric":
        SETS,
    "runs, filter: unbalanced":
        "Galley's text gives the position and what was expected.",
    "runs, filter: list of a param":
        "Galley's text says where a list may stand.",
    "runs, filter: is null of a metric":
        'Galley quotes the filter as it was written.',
    "runs, filter: semicolon":
        "Galley's text gives the position and what was expected.",
    "runs, order: unknown":
        SETS,
    "runs: bad token":
        "Galley's text says what to do instead.",
    "runs: page too large":
        "Galley's text says the limit.",
    "runs: ids no list":
        EXPECTED,
    "model: dots as name":
        "MLflow's text is about metric names.",
    "model: tag without key":
        'MLflow judges the missing key as an empty one.',
    "model rename: taken":
        DATABASE,
    "models: page too large":
        "Galley's text says the limit.",
    "models: bad filter":
        SETS,
    "models: bad order":
        SETS,
    "models: bad token":
        "Galley's text says what to do instead.",
    "models: page no number":
        EXPECTED,
    "version: artifacts of no run":
        'Galley takes no local paths, and says what it takes.',
    "version: artifacts of another run":
        'Galley takes no local paths, and says what it takes.',
    "version: local source":
        'Galley takes no local paths, and says what it takes.',
    "version: file source":
        'Galley takes no local paths, and says what it takes.',
    "version: source climbs":
        'Galley takes no local paths, and says what it takes.',
    "version: source climbs, encoded":
        'Galley takes no local paths, and says what it takes.',
    "version get: unknown model":
        "Galley's text says that the model is not there.",
    "version number as number":
        EXPECTED,
    "versions: page too large":
        "Galley's text says the limit.",
    "versions: bad filter":
        SETS,
    "versions: number as text":
        'Galley words it as for runs.',
    "alias: unknown model":
        "Galley's text says that the model is not there.",
    "file get: climbs":
        "Galley's text says what is wrong with the path.",
    "file put: climbs":
        "Galley's text says what is wrong with the path.",
    "file get: climbs, encoded":
        "Galley's text says what is wrong with the path.",
    "file put: climbs, encoded":
        "Galley's text says what is wrong with the path.",
    "file get: absolute":
        "Galley's text says what is wrong with the path.",
    "file put: absolute":
        "Galley's text says what is wrong with the path.",
    "file get: fragment":
        "Galley's text says what is wrong with the path.",
    "file put: fragment":
        "Galley's text says what is wrong with the path.",
    "file get: not there":
        "Galley's own text; clients look at the code.",
    "files: climbs":
        "Galley's text says what is wrong with the path.",
    "artifacts of a run: climbs":
        "Galley's text says what is wrong with the path.",
    "form: not JSON":
        "Galley's text says that the body is no JSON.",
    "form: text/plain":
        "Galley's text names the type that was sent.",
    "form: broken UTF-8":
        "Galley's text says that the body is no JSON.",
}
