"""Python environments of endpoints: the default one, made by uv from the model's requirements, and
those that `--python` names."""

import os
import shutil
import signal
import sys
from importlib.metadata import version
from pathlib import Path

import mlflow
import numpy as np
import pytest
import xgboost
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import saved_models
from conftest import Served, wait_until
from models import ROUNDS, Kitchen, Trained

MLFLOW = f"mlflow=={version('mlflow')}"
SKLEARN = [f"{name}=={version(name)}" for name in ("scikit-learn", "skops")]
# A small package that this Python does not have, and an old version of it.
ALIEN = "humanize==4.9.0"

# Stands where uv stands: writes down how it is called, and waits while the file `hold` is there.
UV = """#!/bin/sh
echo "$@" >> "{folder}/calls"
case "$*" in *" install "*) while [ -e "{folder}/hold" ]; do sleep 0.05; done ;; esac
exec "{uv}" "$@"
"""

WHERE = """
import mlflow

class Where(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        import sys
        try:
            import humanize
            version = humanize.__version__
        except ImportError:
            version = None
        return [sys.prefix, version]

mlflow.models.set_model(Where())
"""


def real_uv():
    found = os.environ.get("GALLEY_UV") or shutil.which("uv")
    return found or pytest.fail("GALLEY_UV must name uv; './dev test' sets it")


class Uv:
    """What the server under test takes for uv."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.program, self.hold = folder, folder / "uv", folder / "hold"
        self.program.write_text(UV.format(folder=folder, uv=real_uv()), encoding="utf-8")
        self.program.chmod(0o755)

    def installs(self):
        calls = self.folder / "calls"
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        return [line for line in lines if " install " in line]


class Own(Served):
    """A server with an uv of its own and models that need Python."""

    def __init__(self, folder, **options):
        self.uv = Uv(folder / "uv")
        # With compiled modules a worker starts in a second or two, not in ten.
        settings = {"GALLEY_UV": str(self.uv.program), "PYTHONDONTWRITEBYTECODE": ""}
        super().__init__(folder, **(settings | options))

    def environments(self):
        folder = Path(self.data) / "gateway/environments"
        return sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []

    def check(self, name, model):
        """The endpoint answers what the library itself does."""
        answer = self.ask("POST", f"/endpoints/{name}/invocations", {"inputs": model.rows})
        assert answer.status == 200, answer
        got = np.array(answer.json()["predictions"])
        assert got.shape == model.expected.shape and len(got) == 1000
        assert np.max(np.abs(got - model.expected)) < 1e-12

    def invoke(self, name):
        answer = self.ask("POST", f"/endpoints/{name}/invocations", {"inputs": [1]})
        assert answer.status == 200, answer
        return answer.json()["predictions"]


class Cook(Kitchen):
    """Models whose requirements the tests choose."""

    def __init__(self, url, folder):
        super().__init__(url, folder)
        self.url = url

    def _start_run(self):
        """At this server, whatever another one's cook has said since."""
        mlflow.set_tracking_uri(self.url)
        mlflow.set_registry_uri(self.url)
        return mlflow.start_run()

    def where(self, name, *requirements):
        path = self.folder / f"{name}.py"
        path.write_text(WHERE, encoding="utf-8")
        with self._start_run():
            made = mlflow.pyfunc.log_model(name="model", python_model=str(path),
                                           registered_model_name=name,
                                           pip_requirements=[MLFLOW, *requirements])
        return self._trained(name, made)

    def sklearn(self, name, *requirements):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(self.plain.to_numpy(), self.target)
        with self._start_run():
            made = mlflow.sklearn.log_model(model, name="model", registered_model_name=name,
                                            serialization_format="skops",
                                            pyfunc_predict_fn="predict_proba",
                                            pip_requirements=[MLFLOW, *requirements])
        return self._asked(self._trained(name, made), model)

    def untrusted(self, name):
        """Of skops, with a type of the user's own, which its MLmodel does not list as trusted."""
        saved_models.save_custom_step(self.folder)
        folder = self.folder / "untrusted"
        (folder / "requirements.txt").write_text("\n".join([MLFLOW, *SKLEARN]), encoding="utf-8")
        with self._start_run() as run:
            mlflow.log_artifacts(str(folder), "model")
        made = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
        expected = mlflow.sklearn.load_model(str(self.folder / "trusted"))
        return self._asked(Trained(name, int(made.version), ""), expected, "predict")

    def dart(self, name):
        """Boosted trees that Galley does not evaluate itself."""
        data = xgboost.DMatrix(self.plain.to_numpy(), self.target)
        model = xgboost.train({**ROUNDS, "booster": "dart", "objective": "binary:logistic"}, data, 5)
        with self._start_run():
            made = mlflow.xgboost.log_model(
                model, name="model", registered_model_name=name,
                pip_requirements=[MLFLOW, f"xgboost-cpu=={version('xgboost-cpu')}"])
        trained = self._trained(name, made)
        trained.rows, trained.expected = self.plain.to_numpy().tolist(), model.predict(data)
        return trained

    def _asked(self, trained, model, function="predict_proba"):
        trained.rows = self.plain.to_numpy().tolist()
        trained.expected = getattr(model, function)(self.plain.to_numpy())
        return trained

    @staticmethod
    def _trained(name, made):
        return Trained(name, int(made.registered_model_version), made.model_uri)


@pytest.fixture(scope="module", autouse=True)
def where_the_client_points():
    """The other files' server is the client's again afterwards."""
    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    yield
    mlflow.set_tracking_uri(before[0])
    mlflow.set_registry_uri(before[1])


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    galley = Own(tmp_path_factory.mktemp("own"))
    try:
        galley.cook = Cook(galley.url, tmp_path_factory.mktemp("code"))
        yield galley
    finally:
        galley.stop()


@pytest.fixture
def held(own):
    """uv waits, until the test lets it go on."""
    own.uv.hold.touch()
    yield own.uv.hold
    own.uv.hold.unlink(missing_ok=True)


def packages(environment):
    return {path.name.split("-")[0].lower() for path in environment.glob("lib/*/*/*.dist-info")}


def test_a_scikit_learn_model_answers_in_an_environment_of_its_requirements(own):
    before = own.environments()
    model = own.cook.sklearn("own-sklearn", *SKLEARN)
    code, output, errors = own.command("endpoint", "create", "sk", "--model", "own-sklearn@1")
    assert code == 0, errors
    assert "ready" in output and "making the Python environment (uv, 3 requirements)" in errors
    own.check("sk", model)
    made, = set(own.environments()) - set(before)
    assert (made / "complete").read_text(encoding="utf-8").startswith("galley environment 1\n")
    found = packages(made)
    # Of mlflow what loads a model, and not what its server is made of.
    assert {"mlflow_skinny", "scikit_learn", "skops", "pandas"} <= found
    assert not {"mlflow", "pyarrow", "matplotlib", "sqlalchemy"} & found


def test_skops_types_are_trusted_by_making_the_endpoint(own):
    """In the environment of the test before, whose requirements are the same."""
    installs = len(own.uv.installs())
    model = own.cook.untrusted("custom")
    own.create("custom", model)
    assert own.loaded("custom")["state"] == "ready", own.endpoint("custom")
    own.check("custom", model)
    assert len(own.uv.installs()) == installs


def test_the_environment_is_the_models_and_is_made_once(own, held):
    """Two endpoints at the same time, and a third one after a restart of the gateway."""
    before, installs = own.environments(), len(own.uv.installs())
    model = own.cook.where("alien", ALIEN)
    trees = own.cook.bare()
    own.create("trees", trees)
    assert own.loaded("trees")["state"] == "ready"
    for name in ("first", "second"):
        own.create(name, model)
    wait_until(lambda: len(own.uv.installs()) == installs + 1, "uv installs")
    for name, part in (("first", "Python environment"), ("second", "Python environment")):
        wait_until(lambda name=name, part=part: part in own.endpoint(name)["reason"], "says so")
        assert own.endpoint(name)["state"] == "loading"
    refused = own.ask("POST", "/endpoints/first/invocations", {"inputs": [1]})
    assert refused.status == 503 and "Python environment" in refused.json()["message"], refused
    own.predict("trees", trees, trees.rows[:1])  # Others answer meanwhile.
    held.unlink()
    for name in ("first", "second"):
        assert own.loaded(name)["state"] == "ready", own.endpoint(name)
    made, = set(own.environments()) - set(before)
    assert own.invoke("first") == own.invoke("second") == [str(made), "4.9.0"]
    os.kill(own.child_pid("gateway"), signal.SIGKILL)

    def answers():
        try:
            return own.invoke("first")
        except (OSError, AssertionError):
            return None
    assert wait_until(answers, "it answers again") == [str(made), "4.9.0"]
    own.create("third", model)
    assert own.loaded("third")["state"] == "ready"
    assert own.invoke("third") == [str(made), "4.9.0"]
    assert len(own.uv.installs()) == installs + 1


def test_a_kill_while_it_is_made_leaves_nothing_that_is_used(own, held):
    before, installs = own.environments(), len(own.uv.installs())
    model = own.cook.where("killed", "humanize==4.8.0")
    own.create("killed", model)
    wait_until(lambda: len(own.uv.installs()) == installs + 1, "uv installs")
    half, = set(own.environments()) - set(before)
    assert half.suffix == ".making" and (half / "bin/python").exists()
    (half / "half-made").touch()
    os.kill(own.child_pid("gateway"), signal.SIGKILL)
    wait_until(lambda: len(own.uv.installs()) == installs + 2, "uv installs again")
    held.unlink()
    wait_until(lambda: own.endpoint("killed")["state"] == "ready", "it is ready")
    made, = set(own.environments()) - set(before)
    assert made == half.with_suffix("") and not (made / "half-made").exists()
    assert own.invoke("killed") == [str(made), "4.8.0"]


def test_what_uv_says_is_said(own):
    before = own.environments()
    own.cook.where("impossible", "humanize==0.0.0.1")
    code, _, errors = own.command("endpoint", "create", "impossible", "--model", "impossible@1")
    assert code == 1 and "no version of humanize==0.0.0.1" in errors and "--python" in errors
    endpoint = own.endpoint("impossible")
    assert endpoint["state"] == "failed" and "humanize==0.0.0.1" in endpoint["reason"]
    assert own.environments() == before
    log = endpoint["reason"].split("all of it: ")[1].split(";")[0]
    assert "humanize==0.0.0.1" in Path(log).read_text(encoding="utf-8")


def test_trees_that_are_not_evaluated_here_are_run_in_python(own):
    model = own.cook.dart("dart")
    own.create("dart", model)
    endpoint = own.loaded("dart")
    assert (endpoint["state"], endpoint["runtime"]) == ("ready", "python"), endpoint
    own.check("dart", model)


def test_a_model_that_leans_on_mlflows_own_requirements_gets_them(own):
    """scikit-learn is not named: only the full mlflow brings it."""
    before = own.environments()
    model = own.cook.sklearn("leaning")
    own.create("leaning", model)
    wait_until(lambda: own.endpoint("leaning")["state"] == "ready", "it is loaded", 180)
    own.check("leaning", model)
    made = [packages(one) for one in set(own.environments()) - set(before)]
    assert sorted("mlflow" in one for one in made) == [False, True]


def test_without_uv_it_is_said_how_to_get_it(tmp_path):
    galley = Own(tmp_path, GALLEY_UV="", PATH="/nowhere")
    try:
        cook = Cook(galley.url, tmp_path)
        cook.where("alien", ALIEN)
        code, _, errors = galley.command("endpoint", "create", "alien", "--model", "alien@1")
        assert code == 1 and "install uv" in errors and "--python" in errors
        assert galley.endpoint("alien")["state"] == "failed"
        assert galley.ask("GET", "/readyz").status == 503
        code, _, errors = galley.command("endpoint", "create", "ours", "--model", "alien@1",
                                         "--python", sys.executable)
        assert code == 0, errors
        assert galley.invoke("ours") == [sys.prefix, None]
    finally:
        galley.stop()


def test_python_names_an_environment_by_its_folder(own):
    own.cook.where("folder", ALIEN)
    code, _, errors = own.command("endpoint", "create", "folder", "--model", "folder@1",
                                  "--python", sys.prefix)
    assert code == 0, errors
    assert own.invoke("folder") == [sys.prefix, None]
    assert own.endpoint("folder")["variants"][0]["python"] == f"{sys.prefix}/bin/python"


@pytest.mark.parametrize("make, part", [
    (lambda path: None, "does not exist"),
    (lambda path: path.write_text("#!/bin/sh\n"), "is not executable"),
    (lambda path: path.mkdir(), "bin/python does not exist"),
])
def test_a_python_that_cannot_be_one_is_refused(own, tmp_path, make, part):
    path = tmp_path / "python"
    make(path)
    model = own.cook.where("refused", ALIEN)
    body = {"name": "refused", "model": "refused", "version": model.version, "python": str(path)}
    answer = own.control("POST", "endpoints", body)
    assert answer.status == 400, answer
    message = answer.json()["error"]["message"]
    assert message.startswith(f"'python': {path}") and part in message, message
    assert own.control("GET", "endpoints/refused", token=False).status == 404


def test_a_program_that_is_no_python_fails(own):
    own.cook.where("false", ALIEN)
    code, _, errors = own.command("endpoint", "create", "false", "--model", "false@1",
                                  "--python", "/bin/false")
    assert code == 1 and "python: /bin/false is not an interpreter of Python 3" in errors
    assert own.endpoint("false")["state"] == "failed"
