#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare the program's scores with the formulas in 50 digits, and with themselves, on random fleets.

usage: oracle-check.py PROGRAM [--seeds N] [--first SEED] [--keep DIRECTORY]

For each seed a fleet of fleet.py is imported, its exceptions filed, and every score, impact, worth, count and state
compared with score-oracle.py: within 1e-9, counts and words exactly. Then what must hold to the last bit: any order and
split of the facts, a restored backup, a preview and its filing, as-of, impacts and worths as differences of scores, and
that scores move one way. Exit status 1 when something differs.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

TOOLS = pathlib.Path(__file__).parent
VIEWS = {"": "no_impact", "_after": "official", "_mitigation_like": "mitigation_like"}
SIZES = (  # of fleets, in turn
    [], ["--devices", "12", "--recommendations", "5", "--weaknesses", "9", "--groups", "2", "--exceptions", "30"],
    ["--devices", "150", "--rows", "3", "--groups", "9"], ["--groups", "0", "--devices", "25", "--exceptions", "15"],
    ["--weaknesses", "4", "--recommendations", "6", "--configurations", "2", "--exceptions", "40"])


class Checks:
    def __init__(self):
        self.seed, self.done, self.failed, self.worst = 0, 0, 0, Decimal(0)

    def fail(self, what, got, want):
        self.failed += 1
        print(f"seed {self.seed}: {what}: {str(got)[:700]}, not {str(want)[:700]}")

    def same(self, what, got, want):
        self.done += 1
        if got != want:
            self.fail(what, *first_difference(got, want))

    def holds(self, what, true):
        self.same(what, bool(true), True)

    def near(self, what, got, want):
        """All that `want` has: numbers with a fraction within 1e-9, all else exactly."""
        if isinstance(want, dict):
            for name, value in want.items():
                self.near(f"{what} {name}", got[name], value)
        elif isinstance(want, Decimal):
            self.done += 1
            error = abs(Decimal(got) - want)
            self.worst = max(self.worst, error)
            if error > Decimal("1e-9"):
                self.fail(what, got, want)
        else:
            self.same(what, got, want)


def first_difference(got, want):
    """Of two lists the first items that differ."""
    if isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
        return next((g, w) for g, w in zip(got, want) if g != w)
    return got, want


class Store:
    """A store of the program; numbers are read as the decimals that it prints, which tell all bits."""

    program = None

    def __init__(self, path):
        self.path = path

    def run(self, now, *args, options=()):
        done = subprocess.run([self.program, "--db", self.path, "--now", now, "--as", "oracle", *options, *args],
                              capture_output=True, text=True, encoding="utf-8")
        if done.returncode != 0:
            sys.exit(f"{' '.join(args)[:300]}: exit status {done.returncode}: {done.stderr}")
        return done.stdout

    def ask(self, now, *args, options=()):
        text = self.run(now, *args, "--json", options=options)
        return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]

    def score(self, now, options=()):
        return self.ask(now, "score", options=options)[0]

    def lists(self, now, options=()):
        """All that is shown; of the same facts it must be the same."""
        commands = (["score"], ["score", "--by", "group"], ["score", "--by", "category"],
                    ["recommendations", "--state", "all", "--sort", "id"], ["exceptions"], ["devices"], ["weaknesses"])
        return {" ".join(c): self.ask(now, *c, options=options) for c in commands}

    def copy(self, path):
        shutil.copyfile(self.path, path)
        return Store(path)


class Fleet:
    def __init__(self, directory, seed):
        self.directory, self.rng = directory, random.Random(seed)
        subprocess.run([sys.executable, TOOLS / "fleet.py", "--seed", str(seed), *SIZES[seed % len(SIZES)], directory],
                       check=True)
        times = json.loads(self.read("fleet.json"))
        self.imported, self.now = times["imported"], times["now"]
        self.filings = json.loads(self.read("filings.json"))
        self.facts = [json.loads(line) for line in self.read("facts.ndjson").splitlines()]

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        return pathlib.Path(self.path(name)).read_text(encoding="utf-8")

    def write(self, name, facts):
        pathlib.Path(self.path(name)).write_text("".join(json.dumps(f) + "\n" for f in facts), encoding="utf-8")
        return self.path(name)

    def store(self, name):
        return Store(self.path(name))

    def oracle(self):
        args = [TOOLS / "score-oracle.py", "--now", self.now, "--imported", self.imported]
        done = subprocess.run([sys.executable, *args, self.path("facts.ndjson"), self.path("exceptions.ndjson")],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout, parse_float=Decimal)

    def with_devices(self, facts):
        """With the lines of the devices assessed, which say when they were seen: else it were now."""
        named = {f["device"] for f in facts if f["type"] == "assessment"}
        return [f for f in self.facts if f["type"] == "device" and f["id"] in named] + facts

    def report(self, store, facts):
        """Takes facts in at `now`."""
        store.run(self.now, "import", self.write("report.ndjson", self.with_devices(facts)))


def exact(value):
    """A figure in units of 2^-44 point."""
    return Fraction(float(value)) * 2**44


def scores_of(score):
    return {"devices": score["devices"], "exposure": score["exposure"], "secure": score["secure"]}


def exposure(score, view):
    return exact(score["exposure"][view])


def points(score, view):
    return exact(score["secure"][view]["points"])


# --- against the formulas

def check_formulas(checks, fleet, store):
    want, got = fleet.oracle(), store.lists(fleet.now)
    checks.near("score", got["score"][0], {k: want[k] for k in ("devices", "exposure", "secure")})
    by_group = {g["group"]: g for g in got["score --by group"]}
    checks.same("groups with an active device", sorted(by_group), sorted(g["group"] for g in want["groups"]))
    for group in want["groups"]:
        checks.near(f"group {group['group']}", by_group.get(group["group"]), group)
    for row, category in zip(got["score --by category"], want["categories"]):
        checks.near(f"category {category['category']}", row, category)
    rows = got["recommendations --state all --sort id"]
    checks.same("recommendations", [r["id"] for r in rows], [r["id"] for r in want["recommendations"]])
    for row, recommendation in zip(rows, want["recommendations"]):
        checks.near(recommendation["id"], row, recommendation)
    checks.same("number of exceptions", len(got["exceptions"]), len(want["exceptions"]))
    for row, exception in zip(got["exceptions"], want["exceptions"]):
        wanted = {k: v for k, v in exception.items() if k not in ("id", "standalone_exposure")}
        checks.near(f"exception {row['id']}", row, wanted | {"filed_exposure": exception["standalone_exposure"]})


# --- to the last bit

def file_all(checks, fleet, store):
    """Files the exceptions, each shown before and compared afterwards. Returns the scores after each."""
    history = []
    for filing in fleet.filings:
        now, run = filing["now"], filing["run"]
        preview = json.loads(store.run(now, *run, "--dry-run"), parse_float=Decimal)
        outcome = json.loads(store.run(now, *run), parse_float=Decimal)
        score, what = store.score(now), f"preview of {outcome['id']}"
        checks.same(what + ": nothing refuses it", preview["conflicts"] + preview["refusals"], [])
        own = ("id", "status", "hidden_device_ids", "hidden_weaknesses")
        checks.same(what + ": what it says", *[{k: v for k, v in x.items() if k not in own} for x in (preview, outcome)])
        checks.same(what + ": whom it names", [len(preview["hidden_device_ids"])], [outcome["hidden_devices"]])
        history.append((now, score))
        if outcome["status"] != "in_effect":
            continue
        checks.same(what + ": scores", scores_of(preview["after"]), scores_of(score))
        rise = exposure(preview["after"], "official") - exposure(preview["before"], "official")
        fall = points(preview["before"], "official") - points(preview["after"], "official")
        checks.same(what + ": it is said when the official exposure rises", preview["worse"], rise > 0)
        if not preview["suspends"] and not overrules(store, outcome):
            checks.holds(what + ": official exposure does not rise, official points do not fall", rise <= 0 and fall <= 0)
    return history


def overrules(store, filed):
    """A device group's exception decides where one with devices on its subject did: that may have counted as mitigation."""
    subject = ("recommendation", "weakness")
    others = store.ask(filed["filed"], "exceptions", "--scope", "devices", "--status", "in_effect")
    return filed["scope"] == "groups" and any([e[s] for s in subject] == [filed[s] for s in subject] for e in others)


def check_past(checks, fleet, store, history):
    for now, score in history[:: max(1, len(history) // 5)]:
        then = store.score(fleet.now, options=["--as-of", now])
        checks.same(f"scores as of {now}", then, score)


def check_order(checks, fleet, first):
    """Facts in any order, and in any number of files."""
    want = first.lists(fleet.now)
    shuffled = fleet.rng.sample(fleet.facts, len(fleet.facts))
    types = ("group", "weakness", "recommendation", "device", "assessment")
    of = {t: [f for f in shuffled if f["type"] == t] for t in types}
    files = [of["group"], of["weakness"] + of["recommendation"], of["device"]]
    files += [fleet.with_devices(of["assessment"][i::4]) for i in range(4)] + [fleet.with_devices(of["assessment"][::3])]
    for name, parts in (("one file", [shuffled]), ("several files", [part for part in files if part])):
        store = fleet.store(name.replace(" ", "-") + ".db")
        for i, part in enumerate(parts):
            store.run(fleet.imported, "import", fleet.write(f"part-{i}.ndjson", part))
        for filing in fleet.filings:
            store.run(filing["now"], *filing["run"])
        for command, rows in store.lists(fleet.now).items():
            checks.same(f"shuffled, {name}: {command}", rows, want[command])


def check_backup(checks, fleet, store):
    backup = store.run(fleet.now, "export", "ndjson")
    pathlib.Path(fleet.path("backup.ndjson")).write_text(backup, encoding="utf-8")
    restored = fleet.store("restored.db")
    restored.run(fleet.now, "import", fleet.path("backup.ndjson"))
    want = store.lists(fleet.now)
    for command, rows in restored.lists(fleet.now).items():
        checks.same(f"restored: {command}", rows, want[command])
    checks.same("restored: exports the same", restored.run(fleet.now, "export", "ndjson") == backup, True)


def check_impacts(checks, fleet, store, count):
    """What a recommendation takes off the scores is what carrying it out takes off."""
    now, rows = store.score(fleet.now), store.ask(fleet.now, "recommendations", "--state", "all")
    for row in fleet.rng.sample(rows, min(count, len(rows))):
        after, what = store.copy(fleet.path("changed.db")), f"impact of {row['id']}"
        held = [f for f in fleet.facts if f["type"] == "assessment" and f["recommendation"] == row["id"]]
        done = {"state": "compliant"} if row["kind"] == "configuration_change" else {"weaknesses": []}
        fleet.report(after, [f | done for f in held if f.get("state") != "not_applicable"])
        then = after.score(fleet.now)
        for suffix, view in VIEWS.items():
            checks.same(f"{what}, exposure {view}", exposure(now, view) - exposure(then, view),
                        exact(row["exposure_impact" + suffix]))
            checks.same(f"{what}, secure {view}", points(then, view) - points(now, view),
                        exact(row["secure_impact" + suffix]))
            checks.holds(f"{what} is not negative", exact(row["exposure_impact" + suffix]) >= 0)
        gone = after.ask(fleet.now, "recommendations", "--state", "resolved")
        checks.same(f"{what}: resolved then", [r["state"] for r in gone if r["id"] == row["id"]], ["resolved"])


def check_worths(checks, fleet, store, count):
    """What an exception is worth is what canceling it changes."""
    now, rows = store.score(fleet.now), store.ask(fleet.now, "exceptions", "--status", "in_effect")
    for row in fleet.rng.sample(rows, min(count, len(rows))):
        after = store.copy(fleet.path("changed.db"))
        after.run(fleet.now, "cancel", row["id"], "--reason", "worth")
        then = after.score(fleet.now)
        for suffix, view in list(VIEWS.items())[1:]:
            suffix = suffix.replace("_after", "")
            checks.same(f"worth of {row['id']}, exposure {view}", exposure(then, view) - exposure(now, view),
                        exact(row["exposure_worth" + suffix]))
            checks.same(f"worth of {row['id']}, secure {view}", points(now, view) - points(then, view),
                        exact(row["secure_worth" + suffix]))


def worsenings(fleet):
    """Changes that never lower a device's exposure."""
    rng = fleet.rng
    kinds = {t: [f for f in fleet.facts if f["type"] == t] for t in ("device", "weakness", "assessment")}
    held = [f for f in kinds["assessment"] if "weaknesses" in f]
    assessment, device, weakness = rng.choice(held), rng.choice(kinds["device"]), rng.choice(kinds["weakness"])
    more = sorted(set(assessment["weaknesses"]) | {rng.choice(kinds["weakness"])["id"]})
    yield "a finding more", [assessment | {"weaknesses": more}]
    yield "internet facing", [device | {"internet_facing": True, "active_alert": True}]
    yield "known exploited", [{"type": "weakness", "id": weakness["id"], "known_exploited": "2026-02-01"}]
    yield "EPSS", [{"type": "weakness", "id": w["id"], "epss": 1} for w in rng.sample(kinds["weakness"], 2)]


def check_monotone(checks, fleet, store):
    fields = ["exposure", "exposure_no_impact", "exposure_mitigation_like"]
    before, score = store.ask(fleet.now, "devices"), store.score(fleet.now)
    for what, change in worsenings(fleet):
        after = store.copy(fleet.path("changed.db"))
        fleet.report(after, change)
        for old, new in zip(before, after.ask(fleet.now, "devices")):
            checks.holds(f"{what}: exposure of {old['id']}", all(exact(new[f]) >= exact(old[f]) for f in fields))
        then = after.score(fleet.now)
        checks.holds(f"{what}: score", all(exposure(then, v) >= exposure(score, v) for v in VIEWS.values()))


def check_seed(checks, seed, directory):
    checks.seed = seed
    shutil.rmtree(directory, ignore_errors=True)
    fleet = Fleet(directory, seed)
    store = fleet.store("first.db")
    store.run(fleet.imported, "import", fleet.path("facts.ndjson"))
    history = file_all(checks, fleet, store)
    check_formulas(checks, fleet, store)
    check_past(checks, fleet, store, history)
    check_order(checks, fleet, store)
    check_backup(checks, fleet, store)
    check_impacts(checks, fleet, store, 6)
    check_worths(checks, fleet, store, 8)
    check_monotone(checks, fleet, store)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", help="where to leave the files")
    options = parser.parse_args()
    Store.program, checks = os.path.abspath(options.program), Checks()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + options.seeds):
            check_seed(checks, seed, os.path.join(options.keep or folder, f"seed-{seed}"))
    print(f"{checks.done} checks, {checks.failed} failed; largest error {float(checks.worst):.3g} points")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
