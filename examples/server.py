"""A Galley that the demo starts, asks and stops."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

STOP_SECONDS_MAX = 60


class DemoError(Exception):
    """What went wrong, for the person in front of the terminal."""


def say(text):
    print(text, flush=True)


class Galley:
    """A running `galley up` and the folder that it keeps everything in."""

    def __init__(self, program, folder):
        self.program = program
        self.log = folder / "galley.log"
        self.data = folder / "data"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "up", "--json", "--data", self.data, "--port", "0",
                 "--predict-port", "0"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if not line:
            raise DemoError(f"galley did not start:\n{self.logged()}")
        urls = json.loads(line)
        self.server, self.gateway = urls["server_url"], urls["gateway_url"]

    def logged(self):
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def server_pid(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text(encoding="ascii").split():
            if b"\0server\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise DemoError("the server process is gone")

    def environment(self):
        """Of a process that asks this server. Jobs find their Python where this one is."""
        return os.environ | {"GALLEY_URL": self.server, "GALLEY_DATA": str(self.data),
                             "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def command(self, *arguments):
        """Runs one galley command against this server and returns what it printed."""
        done = subprocess.run([self.program, *arguments], env=self.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
        if done.returncode != 0:
            raise DemoError(f"galley {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def told(self, *arguments):
        """What a command says as JSON."""
        return json.loads(self.command(*arguments, "--json"))

    def cpu_seconds(self):
        """Processor time of all its processes so far, with those that have ended; without its jobs, which
        outlive it and so are not below it."""
        ticks, waiting = 0, [self.process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
            except OSError:  # It ended just now: then its parent counts it.
                continue
            # After the name in parentheses: utime, stime, and those of children that were waited for.
            ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
            waiting += map(int, children.split())
        return ticks / os.sysconf("SC_CLK_TCK")

    def job_cpu_seconds(self):
        """Processor time of all jobs so far that have ended."""
        runs = self.told("pipeline", "list", "--limit", "100")["runs"]
        jobs = [job for run in runs for job in self.told("pipeline", "status",
                                                         str(run["run"]))["jobs"]]
        return sum(attempt.get("cpu_ms", 0) for job in jobs for attempt in job["attempts"]) / 1000

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
