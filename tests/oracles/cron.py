"""The times that cronsim, which is tested against Debian's cron, finds for expressions of cron.

    pip install cronsim==2.8
    python3 tests/oracles/cron.py > src/domain/pipeline/testdata/cron.tsv

Lines, with tabs: `ok`, the expression, the zone, a time, and the first times after it (seconds since 1970 in
UTC); or `bad` and an expression that cronsim refuses. Left out: `L` and `#`, which are cronsim's own.
"""

import random
from datetime import datetime, timedelta, timezone

from cronsim import CronSim, CronSimError

FIXED = [
    "* * * * *", "0 3 * * *", "*/15 * * * *", "0 */2 * * *", "30 4 1,15 * 5", "0 0 29 2 *", "0 0 31 * *",
    "5-59/10 8-17 * * mon-fri", "0 22 * * 1-5", "23 0-20/2 * * *", "5 4 * * sun", "0 0 * * 7", "0 0 * * 0,7",
    "0 0 13 * fri", "0 0 */2 * mon", "0 0 1 * */2", "0 0 1-7 * *", "0 12 * jan,jul *", "0 12 * JAN-MAR *",
    "20/15 * * * *", "59 23 31 12 *", "0 0 30 4 wed", "0 0 29 feb *", "1,2,3 0,12 * * tue,thu", "0 0 1 1 *",
    "0 0 * * 5-7", "0 3 31 1-12/2 *", "* * 29 2 3",
]
WRONG = [
    "", "*", "* * * *", "* * * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *",
    "* * * 13 *", "* * * * 8", "-1 * * * *", "5- * * * *", "-5 * * * *", "5-3 * * * *", "*/0 * * * *",
    "*/ * * * *", "/5 * * * *", "1,,2 * * * *", ",1 * * * *", "1, * * * *", "a * * * *", "* * * foo *",
    "* * * * foo", "mon * * * *", "* * * mon *", "* * * * jan", "1.5 * * * *", "+1 * * * *", "0x1 * * * *",
    "** * * * *", "*5 * * * *", "* * 30 2 *", "* * 31 2,4,6,9,11 *", "1-2-3 * * * *", "*/-1 * * * *", "? * * * *",
]
ZONES = ["UTC", "+08:00", "-05:00", "+05:30", "-03:30"]
TIMES = 3


def zone(name):
    if name == "UTC":
        return timezone.utc
    hours, minutes = int(name[1:3]), int(name[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if name[0] == "-" else offset)


def part(chance, low, high):
    first = chance.randint(low, high)
    last = chance.randint(first, high)
    step = chance.randint(1, max(1, (high - low) // 2))
    forms = ["*", "*", str(first), f"*/{step}", f"{first}-{last}", f"{first},{last}"]
    if first < last:
        forms.append(f"{first}-{last}/{step}")
    return chance.choice(forms)


def main():
    chance = random.Random(20261128)
    expressions = list(FIXED)
    while len(expressions) < 300:
        expressions.append(" ".join([part(chance, 0, 59), part(chance, 0, 23), part(chance, 1, 31),
                                     part(chance, 1, 12), part(chance, 0, 7)]))
    for text in expressions:
        name = chance.choice(ZONES)
        start = datetime.fromtimestamp(chance.randint(0, 4_000_000_000), zone(name))
        try:
            times = CronSim(text.upper(), start)
            found = [int(next(times).timestamp()) for _ in range(TIMES)]
        except CronSimError:
            print("bad", text, sep="\t")
            continue
        except StopIteration:
            continue
        print("ok", text, name, int(start.timestamp()), *found, sep="\t")
    for text in WRONG:
        try:
            next(CronSim(text.upper(), datetime(2026, 1, 1, tzinfo=timezone.utc)))
        except (CronSimError, StopIteration):
            print("bad", text, sep="\t")
        else:
            raise SystemExit(f"cronsim takes {text!r}")


if __name__ == "__main__":
    main()
