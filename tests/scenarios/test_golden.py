#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that stores of every released format still open, export the same, and answer the same; fields may be added. With
--record it writes what they answer now, for golden.sh.

usage: test_golden.py PROGRAM FOLDER [--record]
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

NEWEST = "format-2"
NOW = "2030-02-15T00:00:00Z"
QUESTIONS = ["score", "score --by group", "score --by category", "recommendations --state all", "devices", "weaknesses",
             "exceptions", "remediations", "events", "show va-_-anchor-_-chart --limit 0",
             "--as-of 2030-01-05 score", "--as-of 2030-01-05 exceptions", "--as-of 2030-01-20T17:00:00Z devices",
             "--visible-group Fleet exceptions", "--visible-group Fleet score"]


def ask(program, store, question):
    arguments = question.split()
    return subprocess.run([program, "--db", str(store), "--now", NOW, *arguments], capture_output=True)


def answers(program, store):
    found = {}
    for question in QUESTIONS:
        done = ask(program, store, question + " --json")
        found[question] = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode:
            found[question].append(f"exit status {done.returncode}: {done.stderr.decode()}")
    return found


def holds(now, then):
    """Fields may be added, none may change or go."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(holds, now, then))
    return now == then and type(now) is type(then)


def records(lines):
    return [json.loads(line) for line in lines.splitlines()]


def put_back(program, folder, name, exported, same):
    backup, restored = pathlib.Path(folder, name + ".ndjson"), pathlib.Path(folder, name + ".db")
    backup.write_bytes(exported)
    done = ask(program, restored, "import " + str(backup))
    if done.returncode or not same(ask(program, restored, "export ndjson").stdout):
        return [f"the export of {name} cannot be put back: {done.stderr.decode()}"]
    return []


def upgrade(program, golden, store, exported):
    """Of an older format: refuses to be written to, and answers the same once it was upgraded."""
    problems = []
    refused = ask(program, store, "cancel E-2 --reason x")
    old = golden.stem != NEWEST
    if old and (refused.returncode == 0 or b"upgrade it" not in refused.stderr):
        problems.append(f"{golden.name}: can be written to, or does not say what to do: {refused.stderr.decode()}")
    before = answers(program, store) if old else None
    for words in (b"now; it had format", b"nothing was done") if old else (b"nothing was done",):
        done = ask(program, store, "upgrade")
        if done.returncode or words not in done.stdout:
            problems.append(f"{golden.name}: cannot be upgraded: {done.stdout.decode()}{done.stderr.decode()}")
    if old and (answers(program, store) != before or ask(program, store, "export ndjson").stdout != exported):
        problems.append(f"{golden.name}: answers something else after the upgrade")
    done = ask(program, store, "check")
    if done.returncode:
        problems.append(f"{golden.name}: is damaged after the upgrade: {done.stderr.decode()}")
    return problems


def check(program, golden, folder):
    store = pathlib.Path(folder, golden.name)
    shutil.copyfile(golden, store)
    problems = []
    exported = ask(program, store, "export ndjson")
    lines = golden.with_suffix(".ndjson").read_bytes()
    if not holds(records(exported.stdout), records(lines)):
        problems.append(f"{golden.name}: exports other facts: {exported.stderr.decode()}")
    now, then = answers(program, store), json.loads(golden.with_suffix(".json").read_text(encoding="utf-8"))
    for question, rows in then.items():
        if not holds(now.get(question), rows):
            problems.append(f"{golden.name}: {question}: other answers\n  then {json.dumps(rows)}\n"
                            f"  now  {json.dumps(now.get(question))}")
    problems += upgrade(program, golden, store, exported.stdout)
    done = ask(program, store, "except va-_-anchor-_-chart --justification risk_accepted --context x --for 1d "
               "--group Drydock")
    if done.returncode:
        problems.append(f"{golden.name}: cannot be written to: {done.stderr.decode()}")
    problems += put_back(program, folder, "then", lines, lambda again: holds(records(again), records(lines)))
    problems += put_back(program, folder, "now", exported.stdout, lambda again: again == exported.stdout)
    return problems


def main(program, folder, option=None):
    stores = sorted(pathlib.Path(folder).glob("format-*.db"))
    problems = [] if stores else [f"no golden store in {folder}"]
    for golden in stores:
        with tempfile.TemporaryDirectory() as work:
            if option == "--record":
                text = json.dumps(answers(program, golden), indent=1, ensure_ascii=False) + "\n"
                golden.with_suffix(".json").write_text(text, encoding="utf-8")
            else:
                problems += check(program, golden, work)
    print("\n".join(problems) or f"{len(stores)} store{'s' if len(stores) != 1 else ''}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
