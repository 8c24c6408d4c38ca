"""A server behind a proxy that shows it beneath a path, whether the proxy leaves that path in what it sends or not."""

import http.client
import json
import os
import subprocess
from urllib.parse import urlsplit

import pytest

from conftest import PROGRAM, WAIT_SECONDS_MAX, Up

BASE = "/ml/galley"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    os.environ["GALLEY_BASE_PATH"] = BASE
    try:
        server = Up(tmp_path_factory.mktemp("base") / "up.log")
    finally:
        del os.environ["GALLEY_BASE_PATH"]
    yield server
    assert server.stop() == 0


def ask(up, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", up.server_port, timeout=WAIT_SECONDS_MAX)
    try:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("front", ["", BASE])
def test_the_page_is_there_with_and_without_it(up, front):
    if "GALLEY_PROGRAM" in os.environ:
        pytest.skip("the programs with sanitizers have no page")
    status, _, page = ask(up, f"{front}/ui/runs/1f", Accept=BROWSER["Accept"])
    assert status == 200 and f'src="{BASE}/ui/assets/'.encode() in page and b'"/ui/' not in page
    asset = page.split(f'src="{BASE}'.encode())[1].split(b'"')[0].decode()
    assert ask(up, front + asset)[1]["Cache-Control"].endswith("immutable")
    status, headers, _ = ask(up, f"{front}/ui/", Accept_Encoding="br, gzip")
    assert status == 200 and "Content-Encoding" not in headers
    assert ask(up, f"{front}/ui/", If_None_Match=headers["ETag"])[0] == 304
    status, headers, _ = ask(up, f"{front}/ui")
    assert (status, headers["Location"]) == (302, f"{BASE}/ui/")


@pytest.mark.parametrize("front", ["", BASE])
def test_all_else_is_there_with_and_without_it(up, front):
    status, _, opener = ask(up, f"{front}/")
    assert status == 200 and f'<script src="{BASE}/ui/open-link.js">'.encode() in opener
    for path in ("/healthz", "/api/v1/me", "/api/v1/projects/default/home"):
        assert ask(up, front + path)[0] == 200, path
    status, _, body = ask(up, f"{front}/api/2.0/mlflow/experiments/search", "POST", {"max_results": 10},
                          Content_Type="application/json")
    assert status == 200 and json.loads(body)["experiments"][0]["name"] == "Default"
    assert ask(up, f"{front}/nothing")[0] == 404


def test_the_path_itself_opens_the_page(up):
    assert b"open-link.js" in ask(up, BASE)[2]
    for path in (f"{BASE}x/ui/", f"/x{BASE}/ui/", f"{BASE}{BASE}/healthz"):
        assert ask(up, path)[0] == 404, path


def test_signing_in_stays_beneath_it(up):
    done = subprocess.run([PROGRAM, "ui", "--json"], capture_output=True, text=True, check=True, timeout=WAIT_SECONDS_MAX,
                          env=os.environ | {"GALLEY_URL": up.urls["server_url"], "GALLEY_DATA": str(up.data)})
    link = urlsplit(json.loads(done.stdout)["url"])
    assert link.path == f"{BASE}/ui/enter"
    # A proxy that takes the path away hands on the rest.
    status, headers, _ = ask(up, f"/ui/enter?{link.query}&to=/ui/settings")
    assert (status, headers["Location"]) == (302, f"{BASE}/ui/settings")
    cookie = headers["Set-Cookie"]
    assert f"; Path={BASE};" in cookie
    session = cookie.split(";")[0]
    assert json.loads(ask(up, "/api/v1/me", Cookie=session)[2])["signed_in"]
    status, headers, _ = ask(up, f"{BASE}/ui/enter?{link.query}", Cookie=session)
    assert (status, headers["Location"]) == (302, f"{BASE}/ui/")
    assert f'href="{BASE}/ui/"'.encode() in ask(up, "/ui/enter?code=none")[2]


def test_what_is_told_of_the_server_begins_with_it(up):
    assert up.urls["server_url"] == f"http://127.0.0.1:{up.server_port}{BASE}"
    assert BASE not in up.urls["gateway_url"]
    listed = subprocess.run([PROGRAM, "experiment", "list"], capture_output=True, text=True, timeout=WAIT_SECONDS_MAX,
                            env=os.environ | {"GALLEY_URL": up.urls["server_url"]}, check=True)
    assert "Default" in listed.stdout


@pytest.mark.parametrize("text, part", [
    ("galley", "begin with '/'"), ("/", "empty segment"), ("/galley/", "empty segment"), ("/a//b", "empty segment"),
    ("/a b", "letters"), ("/a/..", "letters"), ("/a%2Fb", "letters"), ("/api", "'/api'"), ("/ui/x", "'/ui'"),
    ("/" + "x" * 200, "limit is 200")])
def test_what_is_no_base_path_is_refused(text, part, tmp_path):
    done = subprocess.run([PROGRAM, "up", "--data", tmp_path, "--base-path", text], capture_output=True, text=True,
                          timeout=WAIT_SECONDS_MAX)
    assert done.returncode == 2 and "base_path (from flag --base-path)" in done.stderr and part in done.stderr
