"""The house of floors.toml: which rooms exist and which arrows between them are allowed.

`house.py cmake` prints the existing rooms for CMakeLists.txt, `house.py check` lists the wrong arrows
and ends with 1 if there is one; the build runs it first. tests/tidy imports it.
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


@dataclass(frozen=True)
class Room:
    floor: str
    name: str
    path: str
    uses: tuple  # Names of the rooms that it may include, nearest first.
    libraries: tuple

    @property
    def key(self):
        return f"{self.floor}/{self.name}"


class House:
    def __init__(self, root=ROOT):
        self.root = root
        plan = tomllib.loads((root / "floors.toml").read_text(encoding="utf-8"))
        self.confined = plan.get("confined", {})
        libraries = plan.get("libraries", {})
        members = {floor["name"]: floor["rooms"] for floor in plan["floor"]}
        self.rooms = {}
        for floor in plan["floor"]:
            below = []
            for use in floor["uses"]:
                if use in members:
                    below += [f"{use}/{room}" for room in members[use]]
                elif use in self.rooms:
                    below.append(use)
                else:
                    raise SystemExit(f"floors.toml: '{floor['name']}' uses '{use}', which is not below it")
            left = []
            for name in floor["rooms"]:
                key = f"{floor['name']}/{name}"
                uses = tuple(reversed(below + left))
                self.rooms[key] = Room(floor["name"], name, f"{floor['path']}/{name}", uses,
                                       tuple(libraries.get(key, ())))
                left.append(key)
        for key in libraries:
            if key not in self.rooms:
                raise SystemExit(f"floors.toml: [libraries] names '{key}', which is no room")

    def existing(self):
        return [room for room in self.rooms.values() if (self.root / room.path).is_dir()]

    def files(self, room):
        return sorted(p for p in (self.root / room.path).rglob("*") if p.suffix in (".cc", ".h"))

    def unlisted(self):
        """Folders with sources under src/ that are no room."""
        known = {room.path for room in self.rooms.values()}
        found = {p.parent.relative_to(self.root).as_posix()
                 for p in (self.root / "src").rglob("*") if p.suffix in (".cc", ".h")}
        return sorted(found - known)

    def wrong_arrows(self):
        """`file: includes X, which …` for each include that floors.toml does not allow."""
        wrong = []
        for room in self.existing():
            allowed = set(room.uses) | {room.key}
            for file in self.files(room):
                where = file.relative_to(self.root).as_posix()
                for quoted, angled in INCLUDE.findall(file.read_text(encoding="utf-8")):
                    if quoted:
                        wrong += self._wrong_room(where, quoted, allowed)
                    else:
                        wrong += self._wrong_library(where, angled)
        return wrong

    def _wrong_room(self, where, included, allowed):
        target = included.rsplit("/", 1)[0]
        if target not in self.rooms:
            return [f'{where}: "{included}" is in no room of floors.toml']
        if target not in allowed:
            return [f'{where}: "{included}": {target} is not below it and not to its left']
        return []

    def _wrong_library(self, where, included):
        prefixes = [prefix for prefix in self.confined if included.startswith(prefix)]
        files = self.confined[max(prefixes, key=len)] if prefixes else [where]
        if where not in files:
            return [f"{where}: <{included}> may be included by {', '.join(files)} only"]
        return []


def print_for_cmake(house):
    """One line a room: key|path|libraries,…|rooms,… that exist."""
    existing = {room.key for room in house.existing()}
    for room in house.existing():
        uses = ",".join(key for key in room.uses if key in existing)
        print("|".join([room.key, room.path, ",".join(room.libraries), uses]))


def main():
    house = House()
    if sys.argv[1:] == ["cmake"]:
        print_for_cmake(house)
        return 0
    wrong = house.wrong_arrows()
    for line in wrong:
        print(f"floors.toml forbids: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
