"""The web page as browsers and curl see it, its pack, and the rewriter of clients' links."""

import gzip
import hashlib
import http.client
import json
import os
import os
import random
import struct
import subprocess

import pytest

from conftest import ROOT, WAIT_SECONDS_MAX, Up

NODE = os.environ.get("GALLEY_NODE", "node")
OPEN_LINK = ROOT / "src/protocol/control/ui/open_link.js"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
           "Accept-Encoding": "gzip, deflate, br, zstd"}


def ask(port, path, headers=(), method="GET"):
    """Status, headers and bytes of one request; a second on the connection must work too."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS_MAX)
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        return answer.status, answer.headers, body
    finally:
        connection.close()


def test_every_answer_has_the_headers(shared_up):
    paths = ["/", "/ui", "/ui/", "/ui/none", "/ui/open-link.js", "/ui/assets/none.js", "/ui/%2e%2e/x"]
    for path in paths:
        for method in ("GET", "HEAD", "POST"):
            status, headers, _ = ask(shared_up.server_port, path, method=method)
            if not (path.startswith("/ui/") or method != "POST"):
                continue  # 405 of another area.
            assert "default-src 'none'" in headers["Content-Security-Policy"], (path, method)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert method != "POST" or status == 405


def test_foreign_hosts_do_not_get_it(shared_up):
    status, _, _ = ask(shared_up.server_port, "/ui/", {"Host": "evil.example"})
    assert status == 403


def test_the_gateway_has_no_page(shared_up):
    assert ask(shared_up.gateway_port, "/ui/")[0] == 404


def test_a_folder_takes_the_place_of_the_pack(tmp_path, monkeypatch):
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>one")
    (page / "assets/app-1.js").write_text("app()")
    (tmp_path / "secret.txt").write_text("secret")
    (page / "out.txt").symlink_to("../secret.txt")
    monkeypatch.setenv("GALLEY_UI_DIR", str(page))
    up = Up(tmp_path / "up.log")
    try:
        status, headers, body = ask(up.server_port, "/ui/assets/app-1.js")
        assert (status, headers["Content-Type"], body) == (200, "text/javascript; charset=utf-8", b"app()")
        assert headers["Cache-Control"] == "no-store"
        (page / "index.html").write_text("<!doctype html>two")
        for path in ("/ui/", "/ui/runs/1f?tab=charts", "/ui/out.txt"):
            status, headers, body = ask(up.server_port, path, BROWSER)
            assert (status, body) == (200, b"<!doctype html>two")
            assert headers["Content-Type"] == "text/html; charset=utf-8"
        status, _, body = ask(up.server_port, "/ui/out.txt")
        assert status == 404 and json.loads(body)["error"]["code"] == "not_found"
    finally:
        assert up.stop() == 0


def test_a_folder_that_is_none_is_said(tmp_path):
    from conftest import PROGRAM
    result = subprocess.run([PROGRAM, "server", "--port", "0", "--data", tmp_path / "data",
                             "--ui-dir", tmp_path / "none"], capture_output=True, text=True,
                            timeout=WAIT_SECONDS_MAX)
    assert result.returncode == 1 and f"{tmp_path}/none" in result.stderr


# The pack, read by the words of docs/formats/ui_pack.md alone.

def read_pack(pack):
    assert pack[:8] == b"GLYUIPK1"
    assert hashlib.sha256(pack[40:]).digest() == pack[8:40]
    count, = struct.unpack_from("<I", pack, 40)
    files = {}
    for entry in range(count):
        spans = struct.unpack_from("<10I", pack, 44 + 72 * entry)
        path, kind, identity, zipped, brotli = (
            pack[spans[at]:spans[at] + spans[at + 1]] for at in range(0, 10, 2))
        digest = pack[44 + 72 * entry + 40:44 + 72 * entry + 72]
        assert hashlib.sha256(identity).digest() == digest
        files[path.decode()] = (kind.decode(), identity, zipped, brotli)
    assert list(files) == sorted(files, key=str.encode)
    return files


def make_pack(folder, file):
    return subprocess.run([NODE, ROOT / "ui/tools/pack.mjs", folder, file], capture_output=True,
                          text=True, timeout=WAIT_SECONDS_MAX)


def unbrotli(data):
    script = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
    return subprocess.run([NODE, "-e", script], input=data, stdout=subprocess.PIPE, check=True).stdout


def test_the_packer_writes_what_the_format_says(tmp_path):
    dist = tmp_path / "dist"
    (dist / "assets/deep").mkdir(parents=True)
    noise = random.Random(1).randbytes(5000)
    contents = {"index.html": b"<p>hello</p>" * 100, "assets/deep/a-1.js": b"f();" * 500,
                "assets/x-1.woff2": noise, "assets/é-1.svg": b"", "tiny.txt": b"t"}
    for path, content in contents.items():
        (dist / path).write_bytes(content)
    (dist / "assets/a-1.js.map").write_text("{}")
    made = make_pack(dist, tmp_path / "made/one.pack")
    assert made.returncode == 0, made.stderr
    files = read_pack((tmp_path / "made/one.pack").read_bytes())
    assert {path: file[1] for path, file in files.items()} == contents
    assert gzip.decompress(files["index.html"][2]) == contents["index.html"]
    assert unbrotli(files["index.html"][3]) == contents["index.html"]
    assert files["assets/x-1.woff2"][2:] == (b"", b"") and files["tiny.txt"][2:] == (b"", b"")
    assert files["assets/deep/a-1.js"][0] == "text/javascript; charset=utf-8"
    make_pack(dist, tmp_path / "two.pack")
    assert (tmp_path / "two.pack").read_bytes() == (tmp_path / "made/one.pack").read_bytes()


@pytest.mark.parametrize("name, problem", [("a.exe", "a.exe: no content type"), ("b.txt", "no index.html")])
def test_the_packer_refuses(tmp_path, name, problem):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / name).touch()
    made = make_pack(tmp_path / "dist", tmp_path / "pack")
    assert made.returncode != 0 and problem in made.stderr
    assert not (tmp_path / "pack").exists()


def test_the_program_serves_the_pack_that_was_built(shared_up):
    pack = ROOT / "build/ui/galley-ui.pack"
    if "GALLEY_PROGRAM" in os.environ:
        pytest.skip("the programs with sanitizers have no page")
    assert pack.stat().st_size > 0
    files = read_pack(pack.read_bytes())
    for path, (kind, identity, zipped, brotli) in files.items():
        status, headers, body = ask(shared_up.server_port, f"/ui/{path}")
        assert (status, headers["Content-Type"], body) == (200, kind, identity)
        for coding, form in (("gzip", zipped), ("br", brotli)):
            _, headers, body = ask(shared_up.server_port, f"/ui/{path}", {"Accept-Encoding": coding})
            assert body == (form or identity)
            assert headers["Content-Encoding"] == (coding if form else None)
            tag = headers["ETag"]
            status, headers, body = ask(shared_up.server_port, f"/ui/{path}",
                                        {"Accept-Encoding": coding, "If-None-Match": tag})
            assert (status, body, headers["ETag"]) == (304, b"", tag)
        assert path.startswith("assets/") == ("immutable" in headers["Cache-Control"])
        status, headers, body = ask(shared_up.server_port, f"/ui/{path}", method="HEAD")
        assert (status, body, int(headers["Content-Length"])) == (200, b"", len(identity))


# What clients print, and where it leads. One row each.
RUN = "0123456789abcdef0123456789abcdef"
LINKS = [
    ("", "/ui/"),
    ("#", "/ui/"),
    ("#/", "/ui/"),
    ("#/nowhere/at/all", "/ui/"),
    ("#/experiments", "/ui/experiments"),
    ("#/experiments/1", "/ui/experiments/1"),
    ("#/experiments/1?workspace=default", "/ui/experiments/1"),
    ("#/experiments/1/overview", "/ui/experiments/1"),
    (f"#/experiments/1/runs/{RUN}", f"/ui/runs/{RUN}"),
    (f"#/experiments/1/runs/{RUN}?workspace=default", f"/ui/runs/{RUN}"),
    (f"#/experiments/1/runs/{RUN}/model-metrics", f"/ui/runs/{RUN}"),
    (f"#/experiments/1/runs/{RUN}/artifacts", f"/ui/runs/{RUN}?tab=files"),
    (f"#/experiments/1/runs/{RUN}/artifacts/a%20b/MLmodel", f"/ui/runs/{RUN}?tab=files&path=a%20b%2FMLmodel"),
    ("#/models", "/ui/models"),
    ("#/models/orange-juice", "/ui/models/orange-juice"),
    ("#/models/a%2Fb", "/ui/models/a%2Fb"),
    ("#/models/orange-juice/versions/7", "/ui/models/orange-juice?version=7"),
    ("#/models/m/versions/7/details", "/ui/models/m?version=7"),
    ("#/compare-runs?runs=[%22ab%22,%22cd%22]&experiments=[%221%22]", "/ui/compare?runs=ab,cd"),
    ('#/compare-runs?runs=["ab","cd"]', "/ui/compare?runs=ab,cd"),
    ("#/compare-runs?runs=nonsense", "/ui/compare?runs="),
    ('#/metric/loss?runs=["ab"]', "/ui/compare?runs=ab"),
    (f"#/runs/details/{RUN}", f"/ui/pipeline-runs/{RUN}"),
    ("#/runs", "/ui/pipelines"),
    ("#/experiments/details/4", "/ui/experiments/4"),
    ("#/pipelines", "/ui/pipelines"),
    ("#/pipelines/details/weekly", "/ui/pipelines?p=weekly"),
    ("#/pipelines/details/weekly/version/3", "/ui/pipelines?p=weekly"),
    # Nothing leads away from here.
    ("#//evil.example", "/ui/"),
    ("#/models/..%2F..%2Fevil", "/ui/models/..%2F..%2Fevil"),
    ("#javascript:alert(1)", "/ui/"),
    ("#/models/%E0%A4%A", "/ui/models/%25E0%25A4%25A"),
]


@pytest.fixture(scope="module")
def opened():
    """Where the served script leads for each fragment."""
    script = ("eval(require('fs').readFileSync(process.argv[1], 'utf8'));"
              "const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
              "console.log(JSON.stringify(asked.map((fragment) => globalThis.target(fragment))));")
    done = subprocess.run([NODE, "-e", script, OPEN_LINK], capture_output=True, text=True, check=True,
                          input=json.dumps([fragment for fragment, _ in LINKS]))
    return dict(zip((fragment for fragment, _ in LINKS), json.loads(done.stdout)))


@pytest.mark.parametrize("fragment, target", LINKS)
def test_a_clients_link_leads_to_its_page(opened, fragment, target):
    assert opened[fragment] == target


def test_the_script_is_the_one_that_was_tested(shared_up):
    _, headers, body = ask(shared_up.server_port, "/ui/open-link.js")
    assert body == OPEN_LINK.read_bytes() and headers["Content-Type"].startswith("text/javascript")
    _, _, page = ask(shared_up.server_port, "/")
    assert b'<script src="/ui/open-link.js"></script>' in page
