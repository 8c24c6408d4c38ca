"""A client of the event stream, written by the specification of EventSource and nothing of Galley's."""

import http.client
import json
import queue
import socket
import threading
import time
import urllib.parse

import pytest

SECONDS_MAX = 60
PATH = "/api/v1/projects/default/stream"


class Stream:
    """One subscription; a thread reads what comes."""

    def __init__(self, url, topics=(), last_id=None, **query):
        self.netloc = urllib.parse.urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.netloc, timeout=SECONDS_MAX)
        query = {"topics": ",".join(topics), **query}
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        self.connection.request("GET", f"{PATH}?{urllib.parse.urlencode(query)}", headers=headers)
        self.socket = self.connection.sock  # http.client forgets it: the answer ends with it.
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.last_id = None
        self.events = queue.Queue()
        self.told = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.hello = self.next("hello")
        self.name = self.hello["stream"]

    def _read(self):
        """Dispatches as https://html.spec.whatwg.org/multipage/server-sent-events.html says."""
        kind, data = "", []
        try:
            for raw in self.answer:
                line = raw.decode("utf-8").rstrip("\r\n")
                if not line:
                    if data:
                        self.events.put((kind or "message", json.loads("\n".join(data))))
                    kind, data = "", []
                elif not line.startswith(":"):
                    field, _, value = line.partition(":")
                    value = value.removeprefix(" ")
                    if field == "event":
                        kind = value
                    elif field == "data":
                        data.append(value)
                    elif field == "id":
                        self.last_id = value
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass
        self.events.put(("end", None))

    def next(self, kind=None):
        try:
            got, data = self.events.get(timeout=SECONDS_MAX)
        except queue.Empty:
            pytest.fail(f"nothing came within {SECONDS_MAX} s")
        self.told.append((got, data))
        assert kind is None or got == kind, (got, data)
        return data if kind else (got, data)

    def until(self, *topics):
        """Reads changes until all of these were told; everything that was told meanwhile."""
        seen = set()
        while not seen.issuperset(topics):
            seen.update(self.next("change")["topics"])
        return seen

    def replace(self, topics):
        return post(self.netloc, f"{PATH}/{self.name}/topics", {"topics": topics})

    def close(self):
        """As a page that is closed. The reading thread ends by it."""
        if self.socket.fileno() >= 0:
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(SECONDS_MAX)
        self.answer.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def post(netloc, path, body):
    connection = http.client.HTTPConnection(netloc, timeout=SECONDS_MAX)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def get(netloc, path, method="GET"):
    connection = http.client.HTTPConnection(netloc, timeout=SECONDS_MAX)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def wait(condition, what):
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return pytest.fail(f"waited {SECONDS_MAX} s in vain: {what}")
