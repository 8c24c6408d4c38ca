"""Signing a browser in by a link of `galley ui`, and what its cookie may and may not do."""

import http.client
import http.cookies
import json
import subprocess
import urllib.parse

import pytest

from conftest import PROGRAM, WAIT_SECONDS_MAX, Up

CSRF = {"X-Galley-CSRF": "1"}
# What only the token opens: a notification to everybody.
ADMINISTER = "/api/v1/projects/default/notifications/test"


def ask(port, method, path, body=None, **headers):
    """Status, headers and text of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS_MAX)
    try:
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def error_of(text):
    return json.loads(text)["error"]


def link(up, *arguments):
    done = subprocess.run([PROGRAM, "ui", "--url", up.urls["server_url"], "--data", up.data, *arguments],
                          capture_output=True, text=True, timeout=WAIT_SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def enter(up, to="", **headers):
    url = urllib.parse.urlsplit(link(up))
    return ask(up.server_port, "GET", f"{url.path}?{url.query}{to}", **headers)


def cookie_of(headers):
    """`NAME=VALUE` of a Set-Cookie header."""
    return headers["Set-Cookie"].split(";")[0]


@pytest.fixture(scope="module")
def cookie(shared_up):
    return cookie_of(enter(shared_up)[1])


def test_a_link_works_once(shared_up):
    url = link(shared_up)
    assert url.startswith(shared_up.urls["server_url"] + "/ui/enter?code=")
    path = url.removeprefix(shared_up.urls["server_url"])
    assert ask(shared_up.server_port, "HEAD", path)[0] == 200  # Of a chat's preview, say.
    status, headers, _ = ask(shared_up.server_port, "GET", path)
    assert (status, headers["Location"], headers["Cache-Control"]) == (302, "/ui/", "no-store")
    morsel, = http.cookies.SimpleCookie(headers["Set-Cookie"]).values()
    assert (morsel["path"], morsel["samesite"], morsel["max-age"]) == ("/", "Lax", "43200")
    assert morsel["httponly"] and not morsel["secure"]
    status, headers, page = ask(shared_up.server_port, "GET", path)
    assert status == 403 and "galley ui" in page and "Set-Cookie" not in headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    # The same link again in the browser that is in.
    assert ask(shared_up.server_port, "GET", path, Cookie=morsel.OutputString().split(";")[0])[0] == 302


@pytest.mark.parametrize("query", ["", "?code=", "?code=0000", "?code=%", "?code=" + "0" * 32, "?x=1"])
def test_a_wrong_code_says_what_to_do(shared_up, query):
    status, headers, page = ask(shared_up.server_port, "GET", "/ui/enter" + query)
    assert status == 403 and "galley ui" in page and "Set-Cookie" not in headers


@pytest.mark.parametrize("to, location", [
    ("/ui/runs/1f?tab=charts", "/ui/runs/1f?tab=charts"),
    ("/ui/../../evil", "/ui/../../evil"),  # Of this server still.
    ("https://evil.example/", "/ui/"),
    ("//evil.example/ui/", "/ui/"),
    ("/uix", "/ui/"),
    ("/ui/\r\nSet-Cookie: a=b", "/ui/"),
    ("/ui/\\evil", "/ui/"),
])
def test_a_link_leads_to_pages_of_this_server_alone(shared_up, to, location):
    status, headers, _ = enter(shared_up, "&to=" + urllib.parse.quote(to, safe=""))
    assert (status, headers["Location"]) == (302, location)
    assert len(headers.get_all("Set-Cookie")) == 1


def test_behind_https_the_cookie_is_for_https(shared_up):
    assert "; Secure" in enter(shared_up, X_Forwarded_Proto="https")[1]["Set-Cookie"]


def test_links_need_the_token(shared_up, tmp_path):
    status, _, text = ask(shared_up.server_port, "POST", "/api/v1/ui/sessions", "{}")
    assert status == 401 and error_of(text)["code"] == "unauthenticated"
    done = subprocess.run([PROGRAM, "ui", "--url", shared_up.urls["server_url"], "--data", tmp_path],
                          capture_output=True, text=True, timeout=WAIT_SECONDS_MAX)
    assert done.returncode == 1 and "GALLEY_TOKEN" in done.stderr


def test_json_of_the_command(shared_up):
    answer = json.loads(link(shared_up, "--json"))
    assert set(answer) == {"url", "expires_ms"}


def test_the_cookie_with_the_header_administers(shared_up, cookie):
    def test(**headers):
        status, _, text = ask(shared_up.server_port, "POST", ADMINISTER, "{}", **headers)
        return status if status == 200 else error_of(text)["code"]
    own = shared_up.urls["server_url"]
    # 409: nobody is there to be told; the gate has let it pass.
    passed = test(Authorization="Bearer " + (shared_up.data / "token").read_text().strip())
    assert passed not in ("unauthenticated", "permission_denied")
    assert test(Cookie=cookie, **CSRF) == passed
    assert test(Cookie="a=b; " + cookie, Origin=own, Sec_Fetch_Site="same-origin", **CSRF) == passed
    assert test(Cookie=cookie) == "permission_denied"
    assert test(Cookie=cookie, X_Galley_CSRF="yes") == "permission_denied"
    assert test(Cookie=cookie, Origin="http://evil.example", **CSRF) == "permission_denied"
    assert test(Cookie=cookie, Sec_Fetch_Site="same-site", **CSRF) == "permission_denied"
    assert test(**CSRF) == "unauthenticated"
    assert test(Cookie=cookie[:-1] + ("0" if cookie[-1] != "0" else "1"), **CSRF) == "unauthenticated"


def test_who_am_i(shared_up, cookie):
    def me(**headers):
        status, answered, text = ask(shared_up.server_port, "GET", "/api/v1/me", **headers)
        assert (status, answered["Cache-Control"]) == (200, "no-store")
        return json.loads(text)
    nobody = me()
    assert (nobody["signed_in"], nobody["user"], nobody["project"]) == (False, "", "default")
    assert "until_ms" not in nobody and nobody["version"]
    somebody = me(Cookie=cookie)
    assert (somebody["signed_in"], somebody["user"]) == (True, "administrator")
    assert somebody["until_ms"] > 1_700_000_000_000
    token = (shared_up.data / "token").read_text().strip()
    assert me(Authorization=f"Bearer {token}")["signed_in"] is True
    assert me(Authorization="Bearer x")["signed_in"] is False


def test_signing_out_takes_the_cookie_away(shared_up, cookie):
    status, headers, text = ask(shared_up.server_port, "POST", "/api/v1/ui/signout", "{}", Cookie=cookie)
    assert (status, json.loads(text)) == (200, {"signed_in": False})
    assert headers["Set-Cookie"].startswith(cookie.split("=")[0] + "=; Max-Age=0; Path=/")


def test_the_gateway_knows_no_sessions(shared_up, cookie):
    assert ask(shared_up.gateway_port, "GET", "/ui/enter")[0] == 404


def test_a_session_outlives_the_server_but_not_its_token(tmp_path):
    def status(up, cookie):
        return ask(up.server_port, "POST", "/api/v1/ui/sessions", "{}", Cookie=cookie, **CSRF)[0]
    first = Up(tmp_path / "first.log", tmp_path / "data")
    cookie = cookie_of(enter(first)[1])
    assert status(first, cookie) == 200
    assert first.stop() == 0
    second = Up(tmp_path / "second.log", tmp_path / "data")
    assert status(second, cookie) == 200
    assert second.stop() == 0
    (tmp_path / "data/token").unlink()
    third = Up(tmp_path / "third.log", tmp_path / "data")
    assert status(third, cookie) == 401
    assert third.stop() == 0


def test_errors_of_pages_go_to_the_log_and_not_without_end(up):
    def report(**fields):
        return ask(up.server_port, "POST", "/api/v1/ui/errors", json.dumps(fields))
    taken = report(message="x is not a function\nat y", stack="1f2e", path="/ui/runs/1")
    assert (taken[0], taken[2]) == (200, "{}")
    line = next(json.loads(line) for line in up.logged().splitlines() if "failed in a browser" in line)
    assert line["error.message"] == "x is not a function\nat y" and line["url.path"] == "/ui/runs/1"
    for wrong, named in (({}, "message"), ({"message": "m" * 2001}, "2000"), ({"message": "m", "y": 1}, "y")):
        status, _, text = report(**wrong)
        assert status == 400 and named in error_of(text)["message"]
    answers = [report(message="m") for _ in range(50)]
    refused = [answer for answer in answers if answer[0] == 429]
    assert refused and refused[-1][1]["Retry-After"] == "60"
    assert "20 errors" in error_of(refused[-1][2])["message"]
    assert up.logged().count("failed in a browser") <= 41  # Two minutes may have begun.
