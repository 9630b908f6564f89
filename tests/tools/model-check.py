#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare scores by random exposure models with the formulas in 50 digits, on random fleets with exceptions.

usage: model-check.py PROGRAM [--seeds N] [--first SEED] [--models N]

The fleets are those of fleet.py, filed by the program; the models, every third with a likelihood callback, are opened by the
Python package. Exposure scores in three views, of all devices and of each device group, and the impact of every
recommendation must be those of score-oracle.py within 1e-9. Exit status 1 when something differs.
"""
import argparse
import importlib.util
import pathlib
import random
import sys
import tempfile
from decimal import Decimal

import reprieve

TOOLS = pathlib.Path(__file__).parent


def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), TOOLS / (name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oracle, check = load("score-oracle"), load("oracle-check")


def constants(rng):
    """Any that are allowed."""
    some = {name: rng.choice([0, 10**6, 10**9 - 1, rng.randrange(10**9)]) for name in oracle.MODEL
            if name.startswith(("base_", "floor_"))}
    some |= {name: rng.choice([0, 1000, rng.randrange(1001)]) for name in oracle.MODEL if name.startswith("consequence_")}
    facing = rng.randint(1, 15)
    return some | {"highest": rng.choice([10**9 - 1, rng.randrange(10**9)]), "reach": rng.choice([1, 100, 1000]),
                   "internet_facing": facing, "active_alert": rng.randint(1, 15 // facing),
                   "value_low": rng.randint(1, 20), "value_normal": rng.choice([1, 20, 20000]),
                   "value_high_least": rng.randint(1, 20000), "value_high_per_device": rng.randint(0, 4)}


def teller(rng):
    """A likelihood callback that has an opinion on some weaknesses, and what it says of each."""
    said = {}

    def tell(facts):
        if facts.weakness not in said:
            said[facts.weakness] = rng.choice([None, 0, 10**9, rng.randrange(10**9)])
        return said[facts.weakness]
    return tell, said


class Comparing:
    def __init__(self):
        self.done, self.failed, self.worst = 0, 0, Decimal(0)

    def near(self, what, got, want):
        self.done += 1
        error = abs(Decimal(got) - want)
        self.worst = max(self.worst, error)
        if error > Decimal("1e-9"):
            self.failed += 1
            print(f"{what}: {got}, not {want}")

    def exposure(self, what, got, scores, devices):
        for view in oracle.VIEWS:
            self.near(f"{what} {view}", getattr(got, "exposure_" + view), scores.exposure(view, devices))

    def model(self, what, session, fleet, scores, model, said):
        with session.score_engine(model) as engine:
            total = engine.read()
            for weakness, told in said.items():
                if told is not None:
                    fleet.hazards[weakness] = oracle.hazard(fleet.weaknesses[weakness], fleet.model, told)
            scores = scores()
            self.exposure(what, total, scores, scores.active)
            for group in sorted({d.group for d in scores.active}):
                members = [d for d in scores.active if d.group == group]
                self.exposure(f"{what}, {group}", engine.read(group=group), scores, members)
            listed = {one.id: one for one in engine.contributions(reprieve.ContributionBy.RECOMMENDATION, limit=1000)}
            for r in fleet.recommendations:
                for view in oracle.VIEWS if r in listed else ("official",):
                    got = getattr(listed[r], "exposure_" + view) if r in listed else 0
                    self.near(f"{what}, impact of {r} {view}", got, scores.impact(view, r))


def read_fleet(directory, imported, model):
    paths = [directory + "/facts.ndjson", directory + "/exceptions.ndjson"]
    return oracle.Fleet(oracle.read(paths), oracle.milliseconds(imported), model)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--models", type=int, default=6)
    options = parser.parse_args()
    check.Store.program = options.program
    comparing = Comparing()
    for seed in range(options.first, options.first + options.seeds):
        with tempfile.TemporaryDirectory() as directory:
            made = check.Fleet(directory, seed)
            store = made.store("a.db")
            store.run(made.imported, "import", made.path("facts.ndjson"))
            for filing in made.filings:
                store.run(filing["now"], *filing["run"])
            now, rng = oracle.milliseconds(made.now), random.Random(seed)
            clock = reprieve.ManualClock(reprieve.parse_time(made.now))
            with reprieve.Store(reprieve.SqliteStorage(store.path), clock=clock) as opened:
                session = opened.session("oracle", reprieve.Permission.ALL)
                for i in range(options.models):
                    chosen = constants(rng)
                    tell, said = teller(rng) if i % 3 == 2 else (None, {})
                    fleet = read_fleet(directory, made.imported, chosen)
                    comparing.model(f"seed {seed}, model {i}", session, fleet, lambda f=fleet: oracle.Scores(f, now),
                                    reprieve.ExposureModel(f"random-{i}", likelihood=tell, **chosen), said)
    print(f"{comparing.done} figures, {comparing.failed} differ, by {comparing.worst:.1e} at most")
    return comparing.failed != 0


if __name__ == "__main__":
    sys.exit(main())
