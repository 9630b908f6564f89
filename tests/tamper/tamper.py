#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets a program and an oracle of its own (oracle.py: docs/format.md, hashlib and sqlite3) verify the same chained journals:
both come to the same anchor; and where somebody who can write to the file changed something, and put the sums right again,
both name the same commit.

usage: tamper.py PROGRAM [--changes N] [--seed N]
"""
import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402
from store_file import StoreFile, key_of, number_of  # noqa: E402

FACTS = [{"type": "weakness", "id": "CVE-2030-1", "severity": "high"},
         {"type": "recommendation", "id": "mail", "kind": "update", "title": "Update it"},
         {"type": "recommendation", "id": "browser", "kind": "update", "title": "Update it"}]
for number in range(12):
    FACTS += [{"type": "device", "id": f"d{number}", "group": f"g{number % 3}"},
              {"type": "assessment", "device": f"d{number}", "recommendation": ("mail", "browser")[number % 2],
               "weaknesses": ["CVE-2030-1"]}]


class Store:
    def __init__(self, program, path):
        self.program, self.path, self.hour = program, str(path), 0

    def run(self, *arguments):
        self.hour += 1
        now = f"2030-01-{1 + self.hour // 24:02}T{self.hour % 24:02}:00:00Z"
        return subprocess.run([self.program, "--db", self.path, "--now", now, "--as", "ida@harbour.example", *arguments],
                              capture_output=True, text=True)

    def must(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def take(self, facts):
        source = pathlib.Path(self.path + ".ndjson")
        source.write_text("".join(json.dumps(fact) + "\n" for fact in facts), encoding="utf-8")
        self.must("import", str(source))

    def work(self):
        """Commits of each kind: with many events, with one, with none."""
        self.must("except", "mail", "--justification", "risk_accepted", "--context", "until it is out", "--for", "2d")
        self.take([{"type": "device", "id": f"late{self.hour}", "group": "g1"}, *FACTS[:1]])
        self.take([{"type": "recommendation", "id": "mail", "title": f"Update it, {self.hour}"}])
        self.must("policy", "--set", f"max_renewals={self.hour}")
        self.must("cancel", re.findall(r"E-\d+", self.must("exceptions"))[-1], "--reason", "it is out")


def same_anchor(store):
    """The anchor, which the oracle comes to as well."""
    file = StoreFile(store.path)
    revision, sequence, name, link = oracle.walk(file)
    file.close()
    anchor = store.must("anchor").strip()
    assert anchor == f"reprieve:1:{name}:{revision}:{sequence}:{link.hex()}", anchor
    assert f"commit {revision}" in store.must("verify", "--anchor", anchor)
    return anchor


# --- changes: each takes the pairs and says what it did
def change_byte(pairs, chance):
    key = chance.choice([key for key in pairs if key[:1] in b"CJ"])
    at = chance.randrange(len(pairs[key]))
    value = bytearray(pairs[key])
    value[at] ^= 1 << chance.randrange(8)
    pairs[key] = bytes(value)
    return f"byte {at} of {key.hex()}"


def take_out(pairs, chance):
    key = chance.choice([key for key in pairs if key[:1] in b"CJ"])
    del pairs[key]
    return f"without {key.hex()}"


def exchange(pairs, chance):
    letter = chance.choice([b"C", b"J"])
    one, two = chance.sample(sorted(key for key in pairs if key[:1] == letter), 2)
    pairs[one], pairs[two] = pairs[two], pairs[one]
    return f"{one.hex()} and {two.hex()} exchanged"


def put_in(pairs, chance):
    """An event, all later ones moved up."""
    events = sorted(key for key in pairs if key[:1] == b"J")
    at = chance.randrange(len(events) - 1)
    forged = pairs[chance.choice(events)]
    for key in reversed(events[at:]):
        pairs[key_of(b"J", number_of(key) + 1)] = pairs[key]
    pairs[events[at]] = forged
    return f"another event under {events[at].hex()}"


def change_end(pairs, chance):
    """The link that the revision record tells of."""
    value = bytearray(pairs[b"Z"])
    value[-1 - chance.randrange(32)] ^= 1 << chance.randrange(8)
    pairs[b"Z"] = bytes(value)
    return "the last link in the revision record"


CHANGES = [change_byte, change_byte, change_byte, take_out, exchange, put_in, change_end]


def commit_named(words):
    found = re.search(r"commit (\d+):", words)
    return int(found[1]) if found else 0


def tamper(store, chance, counts):
    file = StoreFile(store.path)
    sound, pairs = dict(file.pairs), dict(file.pairs)
    linked = min(number_of(key) for key in sound if key[:1] == b"C" and sound[key][0] == 2)
    what = "; ".join(chance.choice(CHANGES)(pairs, chance) for _ in range(chance.choice([1, 1, 2])))
    file.put(pairs)
    file.close()
    file, said = StoreFile(store.path), None
    try:
        oracle.walk(file)
    except oracle.Broken as broken:
        said = str(broken)
    answer = store.run("verify")
    if pairs == sound:
        assert answer.returncode == 0 and said is None, f"{what}: {said}, {answer.stderr}"
    else:
        assert answer.returncode != 0 and said, f"{what}: the oracle says {said}, the program {answer.stderr}"
        named = commit_named(said), commit_named(answer.stderr)
        assert named[0] == named[1] or max(named) <= linked, f"{what}: the oracle says {said}, the program {answer.stderr}"
        counts["the first link" if named[1] <= linked else "a later one"] += 1
    file.put(sound)
    file.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program, chance = str(pathlib.Path(options.program).resolve()), random.Random(options.seed)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        first, restored = (Store(program, pathlib.Path(folder, name)) for name in ("first.db", "restored.db"))
        first.take(FACTS)
        first.work()
        assert "not chained" in first.run("verify").stderr
        first.must("chain")
        anchors = [same_anchor(first)]
        for _ in range(5):
            first.work()
            anchors.append(same_anchor(first))
        for anchor in anchors:
            first.must("verify", "--anchor", anchor)
            first.must("verify", "--anchor", anchor, "--from-anchor")
        backup = pathlib.Path(folder, "backup.ndjson")
        backup.write_text(first.must("export", "ndjson"), encoding="utf-8")
        restored.hour = first.hour  # what restores is no commit of an event: the events are of none
        restored.must("import", str(backup))
        assert "not chained" in restored.run("verify").stderr
        restored.must("chain")
        for _ in range(4):
            restored.work()
        same_anchor(restored)
        assert restored.run("verify", "--anchor", anchors[0]).returncode != 0
        for number in range(options.changes):
            tamper((first, restored)[number % 2], chance, counts)
        same_anchor(first)
        same_anchor(restored)
    print(f"{options.changes} changes, all noticed; named: {dict(counts)}")
    return 0 if len(counts) == 2 else 1


if __name__ == "__main__":
    sys.exit(main())
