#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills an upgrade of a SQLite store with SIGKILL, again and again until it is through, and then begins anew. After each
kill the store answers as before, refuses to be written to, and the next upgrade goes on; once it is through, the store is
sound. The store of format 1 is one of format 2 without the sums, as docs/format.md says.

usage: kill_upgrade.py PROGRAM [--kills N] [--seed N]
"""
import argparse
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

NOW, LATER = "2030-01-01T00:00:00Z", "2030-01-05T00:00:00Z"
DEVICES, RECOMMENDATIONS, EXCEPTIONS = 500, 40, 60


def run(program, path, *arguments, now=LATER):
    return subprocess.run([program, "--db", str(path), "--now", now, "--as", "ida@harbour.example", *arguments],
                          capture_output=True)


def must(done):
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def facts():
    for r in range(RECOMMENDATIONS):
        yield {"type": "weakness", "id": f"CVE-2030-{r}", "severity": "high", "epss": 0.01 * r}
        yield {"type": "recommendation", "id": f"r{r}", "kind": "update", "title": f"Update {r}"}
    for d in range(DEVICES):
        yield {"type": "device", "id": f"d{d}", "group": f"g{d % 7}"}
        for r in range(d % 3, RECOMMENDATIONS, 3):
            yield {"type": "assessment", "device": f"d{d}", "recommendation": f"r{r}", "weaknesses": [f"CVE-2030-{r}"]}


def without_sums(path):
    """Makes a store of format 2, or one whose upgrade was cut off, one of format 1."""
    database = sqlite3.connect(path)
    [(table,)] = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    key, value = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    pairs = database.execute(f"SELECT {key}, {value} FROM {table} WHERE length({value}) > 0").fetchall()
    bare = []
    for name, data in pairs:
        data = data[5:] if data[0] == 0xFD else data
        if name == b"Z":
            data = data[:1] + b"\x01\x01" + data[3:]
        bare.append((data, name))
    database.executemany(f"UPDATE {table} SET {value} = ? WHERE {key} = ?", bare)
    database.commit()
    database.close()
    return len(pairs)


def make(program, folder):
    path, source = pathlib.Path(folder, "old.db"), pathlib.Path(folder, "facts.ndjson")
    source.write_text("".join(json.dumps(fact) + "\n" for fact in facts()), encoding="utf-8")
    must(run(program, path, "import", str(source), now=NOW))
    for e in range(EXCEPTIONS):
        scope = ("--group", f"g{e % 7}") if e % 2 else ()
        must(run(program, path, "except", f"r{e % RECOMMENDATIONS}", *scope, "--justification", "risk_accepted", "--context",
                 "x" * 100, "--for", f"{2 + e}d", "--supersede", now=NOW))
    return path, without_sums(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program, chance = str(pathlib.Path(options.program).resolve()), random.Random(options.seed)
    kills = through = 0
    with tempfile.TemporaryDirectory() as folder:
        old, pairs = make(program, folder)
        answer = must(run(program, old, "export", "ndjson"))
        path = pathlib.Path(folder, "store.db")
        began = time.monotonic()
        shutil.copyfile(old, path)
        must(run(program, path, "upgrade"))
        long = time.monotonic() - began
        while kills < options.kills or not through:
            for name in folder_of(path):
                name.unlink()
            shutil.copyfile(old, path)
            while True:
                process = subprocess.Popen([program, "--db", str(path), "--now", LATER, "upgrade"], stdout=subprocess.PIPE)
                try:
                    process.wait(chance.random() * long * 0.8)
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
                said = process.communicate()[0]
                assert must(run(program, path, "export", "ndjson")) == answer, f"after kill {kills}: another answer"
                if process.returncode == 0 and b"format 2" in said:
                    break
                refused = run(program, path, "cancel", "E-60", "--reason", "x")
                # it may have been through when the kill came
                assert refused.returncode == 0 or b"upgrade it" in refused.stderr, refused.stderr
                if refused.returncode == 0:
                    break
            must(run(program, path, "check"))
            through += 1
    print(f"{kills} upgrades of {pairs} values killed, {through} came through")
    return 0


def folder_of(path):
    return list(path.parent.glob(path.name + "*"))


if __name__ == "__main__":
    sys.exit(main())
