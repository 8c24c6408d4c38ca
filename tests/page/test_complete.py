"""What is offered while a filter is written."""

import pytest

from logged import Logged


@pytest.fixture(scope="module")
def logged(galley):
    return Logged(galley.url, "completed", seed=8)


@pytest.fixture(scope="module")
def complete(api, logged):
    def ask(marked):
        """The answer for a text with a `|` where the cursor is."""
        pos = marked.index("|")
        text = marked.replace("|", "", 1)
        answer = api.get("complete", experiment=logged.number, text=text, pos=pos)
        assert 0 <= answer["from"] <= answer["to"] <= len(text)
        return answer
    return ask


def offered(answer):
    return [option["text"] for option in answer["options"]]


def written(marked, answer, option):
    """The text once the option is taken."""
    text = marked.replace("|", "", 1)
    return text[:answer["from"]] + option + text[answer["to"]:]


def test_keys_with_counts(complete, logged):
    answer = complete("|")
    by_text = {option["text"]: option for option in answer["options"]}
    assert by_text["auc"] == {"text": "auc", "kind": "key", "detail": "metric",
                              "count": int((logged.table["has.auc"] == True).sum())}  # noqa: E712
    assert by_text["lr"]["detail"] == "param" and by_text["status"]["detail"] == "attribute"
    assert by_text["dataset-version"]["count"] == int(
        logged.table["tags.dataset-version"].notna().sum())
    assert by_text["`größe x`"]["detail"] == "tag"
    assert {"NOT", "("} <= set(by_text)
    assert "error" not in answer  # An empty filter is one.


def test_a_key_that_is_begun(complete):
    answer = complete("lr < 0.1 AND (au|")
    assert offered(answer)[0] == "auc"
    assert written("lr < 0.1 AND (au|", answer, "auc") == "lr < 0.1 AND (auc"
    assert offered(complete("metrics.|")) == ["metrics.auc", "metrics.val/loss", "metrics.rare"]
    assert offered(complete("LOSS|")) == ["val/loss"]
    assert complete("größe|")["options"][0]["text"] == "`größe x`"


def test_operators(complete):
    assert offered(complete("auc |"))[:4] == ["<", ">", "<=", ">="]
    assert "LIKE" not in offered(complete("auc |"))
    assert {"=", "LIKE", "IN", "IS NULL"} <= set(offered(complete("opt |")))
    assert "<" in offered(complete("lr |")) and "<" not in offered(complete("opt |"))
    assert offered(complete("opt not l|")) == ["NOT LIKE"]
    assert offered(complete("auc >|")) == [">", ">="]
    assert offered(complete("opt is n|")) == ["IS NULL", "IS NOT NULL"]


def test_values_with_counts(complete, logged):
    counts = logged.table["params.opt"].value_counts()
    answer = complete("opt = |")
    assert {option["text"]: option["count"] for option in answer["options"]} == {
        "'" + value.replace("'", "''") + "'": count for value, count in counts.items()}
    assert [option["count"] for option in answer["options"]] == sorted(counts, reverse=True)
    answer = complete("opt = 'ad|")
    assert set(offered(answer)) == {"'adamw'", "'Adam'"}
    assert written("opt = 'ad|", answer, "'adamw'") == "opt = 'adamw'"
    inside = complete("opt = 'a|damx' AND lr < 1")
    assert written("opt = 'a|damx' AND lr < 1", inside, "'sgd'") == "opt = 'sgd' AND lr < 1"
    assert offered(complete("status = |"))[0] in ("'finished'", "'failed'", "'killed'", "'running'")
    assert "'v3'" in offered(complete("dataset-version IN ('v1', |"))
    low, high = complete("auc > |")["options"]
    assert float(low["text"]) == logged.table["metrics.auc"].min() and low["detail"] == "min"
    assert float(high["text"]) == logged.table["metrics.auc"].max() and high["detail"] == "max"


def test_words_between(complete):
    assert offered(complete("lr < 0.1 |")) == ["AND", "OR"]
    assert offered(complete("(lr < 0.1 |")) == ["AND", "OR", ")"]
    assert offered(complete("lr < 0.1 o|")) == ["OR"]
    assert offered(complete("opt IN |")) == ["("]
    assert offered(complete("opt IN ('sgd' |")) == [",", ")"]


def test_what_is_offered_makes_a_filter(api, complete, logged):
    """Whatever is taken at each place, what comes out can be asked."""
    for key in offered(complete("|")):
        if key in ("NOT", "("):
            continue
        for operator in offered(complete(f"{key} |")):
            text = f"{key} {operator}"
            if operator in ("IN", "NOT IN"):
                text += " ("
            if not operator.startswith("IS"):
                values = offered(complete(f"{text} |"))
                text += " " + (values[0] if values else "'x'" if "LIKE" in operator else "1")
            if operator in ("IN", "NOT IN"):
                text += ")"
            if "LIKE" in operator and text[-1] != "'":
                continue  # A number is offered, and must be quoted by hand.
            status, answer = api.send("POST", "runs/query", {
                "experiments": [logged.number], "filter": text})
            assert status == 200, (text, answer)


def test_errors_have_their_place(complete):
    answer = complete("lr < 0.1 AND opt = adam|")
    assert answer["error"]["message"].startswith("position 20: ")
    assert (answer["error"]["from"], answer["error"]["to"]) == (19, 23)
    answer = complete("größe = 1 AND nowhere = 2|")
    assert answer["error"]["from"] == 0
    assert "nothing" not in answer["error"]["message"]
