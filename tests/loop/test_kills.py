"""kill -9 of the server while the loop goes on: no request fails, and what becomes of it is the same."""

import os
import random
import signal
import sqlite3
import time

import pytest

from conftest import long, say, sequences, wait_until

REQUESTS = 4848
KILLS_A_RUN = 10
RESTARTS_MAX, RESTART_SECONDS = 5, 31  # More in that time and `galley up` gives up, on purpose.


def until(demo, last):
    """What the run without kills came to before anything of a later window happened."""
    later = next((at for at, it in enumerate(demo.events) if it["detail"].get("window", 0) > last),
                 len(demo.events))
    return sequences(demo.events[:later])


def taken_in(galley):
    """Requests that the server has taken in; read from its database, whether it is up or not."""
    database = sqlite3.connect(f"file:{galley.data}/galley.db?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM prediction WHERE mirror_of IS NULL").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


def rest(killed, replay):
    """Lets the replay stand still as long as another kill would be one too many."""
    if len(killed) < RESTARTS_MAX:
        return
    seconds = killed[-RESTARTS_MAX] + RESTART_SECONDS - time.monotonic()
    if seconds > 0:
        replay.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        replay.send_signal(signal.SIGCONT)


def test_a_kill_while_a_challenger_is_trained(kitchen, tmp_path_factory, demo):
    galley = kitchen.open(tmp_path_factory, "killed")
    try:
        replay = galley.replay("--last", 122, "--fault", 113, wait=False)

        def trains():
            assert replay.poll() is None, (galley.folder / "replay.log").read_text()
            runs = galley.told("pipeline", "list")["runs"]
            jobs = galley.told("pipeline", "status", runs[0]["run"])["jobs"] if runs else []
            return any(it["name"] == "challenge" and it["state"] == "running" for it in jobs)
        wait_until(trains, "a challenger is trained", 300)
        pid = galley.kill_server()
        seen = galley.played(replay)
        assert galley.server_pid() not in (None, pid)
        assert seen["failed"] == 0 and seen["predictions"] == sum(
            len(demo.rows.served.windows(week, week).window) for week in range(101, 123))
        found = sequences(galley.events())
    finally:
        galley.stop()
    assert found == until(demo, 122)


@long
@pytest.mark.parametrize("turn", [1, 2])
def test_ten_kills_change_nothing(kitchen, tmp_path_factory, demo, request, turn):
    seed = int(os.environ.get("GALLEY_LOOP_SEED") or random.SystemRandom().randrange(10**6))
    chosen = random.Random(seed * 2 + turn)
    part = REQUESTS // (KILLS_A_RUN + 1)
    points = [part * at + chosen.randrange(part) for at in range(KILLS_A_RUN)]
    say(request, f"GALLEY_LOOP_SEED={seed}: kills after {points} requests")
    galley = kitchen.open(tmp_path_factory, f"killed{turn}")
    pids, killed = set(), []
    try:
        replay = galley.replay("--fault", 113, wait=False)
        for point in points:
            wait_until(lambda at=point: replay.poll() is not None or taken_in(galley) >= at,
                       f"{point} requests", 600)
            time.sleep(chosen.uniform(0, 2))  # So that some fall into what follows from a week.
            rest(killed, replay)
            wait_until(galley.server_pid, "a server", 60)
            assert replay.poll() is None, (galley.folder / "replay.log").read_text()
            pids.add(galley.kill_server())
            killed.append(time.monotonic())
        seen = galley.played(replay)
        found = sequences(galley.events())
    finally:
        galley.stop()
    assert len(pids - {None}) == KILLS_A_RUN
    assert seen["failed"] == 0 and seen["predictions"] == demo.seen["predictions"]
    assert found == sequences(demo.events)
