"""A model version answers at an endpoint."""

import os
import time
import urllib.parse
from dataclasses import dataclass

from ._client import Client, Error, NoAnswer

POLL_SECONDS = 0.2
SCHEME = "models:/"


@dataclass(frozen=True)
class Deployment:
    """What an endpoint serves."""

    endpoint: str
    model: str
    version: int
    variant: str  # Id of the variant: predictions name it.
    state: str  # `ready`; without waiting also `loading`, `failed` or `unknown`.


def number_of(version):
    """A version as a number."""
    text = str(version)
    if isinstance(version, bool) or not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise Error(f"'{version}' is no version; versions count from 1", "invalid_argument")
    return int(text)


def parse_model(model):
    """(name, version or None, alias or None) of "NAME", "NAME@3", "models:/NAME/3",
    "models:/NAME/latest" or "models:/NAME@alias"."""
    text = str(model)
    if not text.startswith(SCHEME):
        name, at, version = text.rpartition("@")
        if not at:
            return text, None, None
        if name and version.isascii() and version.isdigit():
            return name, number_of(version), None
        raise Error(f"'{text}' must be NAME or NAME@VERSION; an alias is alias=\"{version}\" or "
                    f"\"{SCHEME}{name}@{version}\"", "invalid_argument")
    parts = text[len(SCHEME):].lstrip("/").split("/")
    if len(parts) == 2 and all(parts):
        if parts[1].lower() == "latest":
            return parts[0], None, None
        if parts[1].isascii() and parts[1].isdigit():
            return parts[0], number_of(parts[1]), None
    elif len(parts) == 1:
        name, _, alias = parts[0].rpartition("@")
        if name and alias:
            return name, None, alias
    raise Error(f"'{text}' must be {SCHEME}NAME/VERSION, {SCHEME}NAME/latest or "
                f"{SCHEME}NAME@ALIAS", "invalid_argument")


def resolve(client, model, version, alias):
    """(name, version) of what the arguments mean."""
    where = "model"
    if model is None:
        model, where = os.environ.get("GALLEY_MODEL"), "GALLEY_MODEL"
    if not model:
        raise Error("which model? Give model=\"NAME\", or set GALLEY_MODEL to NAME@VERSION",
                    "invalid_argument")
    name, said, said_alias = parse_model(model)
    if version is not None:
        version = number_of(version)
    given = {value for value in (version, said) if value is not None}
    aliases = {value for value in (alias, said_alias) if value is not None}
    if len(given) + len(aliases) > 1:
        raise Error(f"{where} is '{model}'; beside it version={version!r} and alias={alias!r} are "
                    "too much: one version or one alias", "invalid_argument")
    if given:
        return name, given.pop()
    if aliases:
        found = client.ask_mlflow("registered-models/alias", name=name, alias=aliases.pop())
        return name, int(found["model_version"]["version"])
    # One for each stage.
    latest = client.ask_mlflow("registered-models/get-latest-versions", name=name)
    versions = [int(one["version"]) for one in latest.get("model_versions", [])]
    if not versions:
        raise Error(f"the model '{name}' has no version", "not_found")
    return name, max(versions)


def put(client, endpoint, body):
    """Sets the endpoint's version, or makes the endpoint; the server's answer."""
    path = f"endpoints/{urllib.parse.quote(endpoint, safe='')}"
    try:
        client.ask("GET", path)
    except Error as error:
        if error.code != "not_found":
            raise
        try:
            return client.ask("POST", "endpoints", {"name": endpoint, **body})
        except Error as other:
            if other.code != "already_exists":  # Somebody was faster.
                raise
    return client.ask("POST", f"{path}/version", body)


def deployment_of(answer):
    endpoint = answer["endpoint"]
    variant = endpoint["variants"][0]
    return Deployment(endpoint["name"], variant["model"], variant["version"], variant["id"],
                      endpoint["state"])


def failure_of(answer):
    """The error of a version that cannot be loaded."""
    deployed, endpoint = deployment_of(answer), answer["endpoint"]
    before = [one for one in answer["history"] if one["id"] == endpoint["answering"]]
    then = (f"goes on answering with {before[0]['model']}@{before[0]['version']}" if before
            else "does not answer")
    return Error(f"{deployed.model}@{deployed.version} cannot be loaded: {endpoint['reason']}; "
                 f"endpoint '{deployed.endpoint}' {then}", "failed_precondition")


def wait_for(client, deployed, timeout):
    """The deployment once its model is loaded. Waits on while the server starts again."""
    path = f"endpoints/{urllib.parse.quote(deployed.endpoint, safe='')}"
    deadline = time.monotonic() + timeout
    doing = ""
    while True:
        try:
            answer = client.ask("GET", path)
        except NoAnswer as error:
            doing = str(error)
        else:
            now = deployment_of(answer)
            if now.variant != deployed.variant:
                raise Error(f"meanwhile somebody gave endpoint '{now.endpoint}' "
                            f"{now.model}@{now.version}", "failed_precondition")
            if now.state == "ready":
                return now
            if now.state == "failed":
                raise failure_of(answer)
            doing = answer["endpoint"]["reason"] or f"the endpoint is {now.state}"
        if time.monotonic() >= deadline:
            raise Error(f"no gateway has loaded {deployed.model}@{deployed.version} for endpoint "
                        f"'{deployed.endpoint}' within {timeout} s: {doing}. It may still come.",
                        "deadline_exceeded")
        time.sleep(POLL_SECONDS)


def deploy(model=None, version=None, alias=None, endpoint=None, python=None, url=None,
           project=None, timeout=180, wait=True):
    """Lets a registered model version answer at an endpoint, which is made if there is none.

    The version that the endpoint had answers until the new one is loaded; no request is lost.

    model: "NAME", "NAME@3", "models:/NAME/3", "models:/NAME/latest" or "models:/NAME@alias"; without
        it the environment variable GALLEY_MODEL. With neither version nor alias: the newest version.
    version, alias: which one, where `model` is only a name.
    endpoint: its name; without it the model's.
    python: an environment or interpreter on the server's machine, for models that need Python; ""
        for one that Galley makes. Without it the endpoint's stays as it is.
    url, project: the server; without them GALLEY_URL and GALLEY_PROJECT, else
        http://127.0.0.1:5000 and `default`. It needs the server's token: GALLEY_TOKEN, or on its own
        machine the token of its data directory.
    timeout: seconds to wait until the gateway has loaded the model.
    wait: False does not wait.

    Returns a Deployment. Raises galley.Error.
    """
    client = Client(url, project)
    name, number = resolve(client, model, version, alias)
    body = {"model": name, "version": number}
    if python is not None:
        body["python"] = os.path.abspath(python) if python else ""
    deployed = deployment_of(put(client, endpoint or name, body))
    return wait_for(client, deployed, timeout) if wait else deployed
