#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program on a PostgreSQL database: the same commands as on a SQLite file give the same output, to the byte.
Ends with 77 (skipped) where no server is installed.

usage: test_postgres.py PROGRAM ROOT
"""
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import in_postgres  # noqa: E402

FILE = ["except", "va-_-lumen-_-browser", "--group", "Kiosks", "--justification", "third_party_control", "--context",
        "behind a proxy", "--for", "90d", "--json"]


def commands(root):
    return [["import", f"{root}/examples/data/fleet.ndjson", "--json"], FILE, ["exceptions", "--json"],
            ["cancel", "E-1", "--reason", "no longer needed", "--json"], ["score", "--json"],
            ["recommendations", "--json"], ["events", "--json"], ["export", "ndjson"]]


def outputs(program, root, db):
    lines = []
    for command in commands(root):
        done = subprocess.run([program, "--db", db, "--as", "ana", "--now", "2026-03-02T09:00:00Z", *command], check=False,
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{command}: exit status {done.returncode}\n{done.stderr}")
        lines.append(done.stdout)
    return lines


def follow(program, db):
    """`events --follow` shows what another process does, as it happens."""
    follower = subprocess.Popen([program, "--db", db, "events", "--follow", "--json"], stdout=subprocess.PIPE, text=True)
    seen = queue.Queue()
    threading.Thread(target=lambda: [seen.put(line) for line in follower.stdout], daemon=True).start()
    try:
        while True:  # what was there before
            try:
                seen.get(timeout=1.5)
            except queue.Empty:
                break
        subprocess.run([program, "--db", db, "--as", "ana", *FILE], check=True, stdout=subprocess.DEVNULL)
        if "exception_filed" not in seen.get(timeout=20):
            sys.exit(f"{db}: --follow shows something else than the filing")
    finally:
        follower.kill()
        follower.wait()


def main(program, root):
    server = in_postgres.start()
    try:
        address = f"postgresql:///postgres?host={server.folder}&user=tester"
        with tempfile.TemporaryDirectory() as folder:
            expected = outputs(program, root, f"{folder}/store.db")
            follow(program, f"{folder}/store.db")
        got = outputs(program, root, address)
        for command, one, other in zip(commands(root), expected, got):
            if one != other:
                sys.exit(f"{command}: SQLite\n{one[:2000]}\nPostgreSQL\n{other[:2000]}")
        follow(program, address)
        nowhere = subprocess.run([program, "--db", "postgresql:///x?host=/nowhere", "score"], check=False,
                                 capture_output=True, text=True)
        if nowhere.returncode != 3 or "/nowhere" not in nowhere.stderr:
            sys.exit(f"no server: exit status {nowhere.returncode}\n{nowhere.stderr}")
    finally:
        server.stop()
    print(f"{len(expected)} commands, the same output")


if __name__ == "__main__":
    main(*sys.argv[1:])
