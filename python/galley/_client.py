"""Asks a Galley server: finds it and its token as the command `galley` does. Standard library only."""

import http.client
import json
import os
import urllib.parse

DEFAULT_URL = "http://127.0.0.1:5000"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
REQUEST_SECONDS_MAX = 60
ANSWER_CHARACTERS = 200


class Error(Exception):
    """What went wrong, in the server's words where it said any.

    `code` is the server's (`not_found`, `unauthenticated`, …; docs/formats/native_api.md); empty if
    it did not answer.
    """

    def __init__(self, message, code=""):
        super().__init__(message)
        self.code = code


class NoAnswer(Error):
    """The server cannot be reached."""


def default_data():
    """The data directory of a server that was started without --data."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local/share")
    return os.path.join(base, "galley")


def find_token(host):
    """The administrator's token: GALLEY_TOKEN, or on the server's own machine that of its data
    directory. Empty if there is none that we may read."""
    token = os.environ.get("GALLEY_TOKEN", "")
    if token or host not in LOOPBACK:
        return token
    path = os.path.join(os.environ.get("GALLEY_DATA") or default_data(), "token")
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def error_of(url, status, body):
    """The error that an answer stands for, of the native API or of MLflow's."""
    try:
        said = json.loads(body)
        inner = said.get("error", said)
        return Error(str(inner["message"]), str(inner.get("code") or inner.get("error_code", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        text = body.decode("utf-8", "replace").strip()[:ANSWER_CHARACTERS]
        return Error(f"{url} answered with status {status}; is that a Galley server? {text}".strip())


class Client:
    """One server and one of its projects. Any thread; each request has a connection of its own.

    `url`: else GALLEY_URL, else http://127.0.0.1:5000. `project`: else GALLEY_PROJECT, else
    `default`. `token`: else as the command `galley` finds it.
    """

    def __init__(self, url=None, project=None, token=None):
        self.url = (url or os.environ.get("GALLEY_URL") or DEFAULT_URL).rstrip("/")
        self.project = project or os.environ.get("GALLEY_PROJECT") or "default"
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Error(f"'{self.url}' is no address of a server; one looks like {DEFAULT_URL}")
        self._parts = parts
        self._token = token if token is not None else find_token(parts.hostname)

    def ask(self, method, path, body=None):
        """One request to the native API, below the project; the answer's JSON."""
        project = urllib.parse.quote(self.project, safe="")
        return self._send(method, f"/api/v1/projects/{project}/{path}", body)

    def ask_mlflow(self, path, **query):
        """One GET to MLflow's API; the answer's JSON."""
        return self._send("GET", f"/api/2.0/mlflow/{path}?{urllib.parse.urlencode(query)}", None,
                          {"X-MLFLOW-WORKSPACE": self.project})

    def _send(self, method, target, body, more=None):
        # Not urllib.request: it would follow redirects and proxies with the token.
        headers = dict(more or {})
        if body is not None:
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        kind = (http.client.HTTPSConnection if self._parts.scheme == "https"
                else http.client.HTTPConnection)
        connection = None
        try:
            connection = kind(self._parts.hostname, self._parts.port, timeout=REQUEST_SECONDS_MAX)
            connection.request(method, self._parts.path + target, body, headers)
            answer = connection.getresponse()
            status, said = answer.status, answer.read()
        except ConnectionRefusedError:
            raise NoAnswer(f"nothing listens at {self.url}. Start a server with 'galley up', or name "
                           "another with url= or GALLEY_URL.") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(f"asking {self.url} failed: {error or type(error).__name__}") from error
        finally:
            if connection is not None:
                connection.close()
        if status != 200:
            raise error_of(self.url, status, said)
        try:
            return json.loads(said)
        except ValueError:
            raise error_of(self.url, status, said) from None
