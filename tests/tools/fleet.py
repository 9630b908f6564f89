#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make a random fleet with exceptions, the same for the same arguments.

usage: fleet.py --seed N [--devices N] [--recommendations N] [--configurations N] [--weaknesses N] [--groups N]
                [--exceptions N] [--rows N] DIRECTORY

Writes to DIRECTORY
  facts.ndjson       native NDJSON, to import at `imported`
  filings.json       [{"now": T, "run": ["except", ...]}, ...]: commands that file the exceptions, in this order
  exceptions.ndjson  the same exceptions as lines for score-oracle.py, with ids 1, 2, ... in that order
  fleet.json         {"imported": T, "now": T}: `now` lies days later: some exceptions have expired by then, some not
                     started, some devices fallen silent
No two exceptions conflict, so all are accepted. --rows: recommendations a device is assessed for, about.
"""
import argparse
import datetime
import json
import os
import random

DAY = 86400000
IMPORTED = 1772323200000  # 2026-03-01T00:00:00Z
NOW = IMPORTED + 20 * DAY + 12345678
SILENT = NOW - 30 * DAY
DEFAULT_GROUP = "UnassignedGroup"


def instant(ms):
    second = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return second.strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03}Z"


def some(rng, chance, name, value):
    return {name: value} if rng.random() < chance else {}


class Generator:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.groups = [f"Group {i}" for i in range(options.groups)]
        self.weaknesses = [self.weakness(i) for i in range(options.weaknesses)]
        self.updates = [self.update(i) for i in range(options.recommendations)]
        self.configurations = [self.configuration(i) for i in range(options.configurations)]
        self.devices = [self.device(i) for i in range(options.devices)]
        self.versions = {r["id"]: self.version_sets() for r in self.updates}
        self.assessments = [a for d in self.devices for a in self.assess(d, options.rows)]
        self.taken = []  # (subject, scope, units, start, end)
        self.filings, self.exceptions = [], []
        for _ in range(20 * options.exceptions):
            if len(self.exceptions) < options.exceptions:
                self.except_()

    # --- facts

    def weakness(self, i):
        rng, line = self.rng, {"type": "weakness", "id": f"CVE-2026-{i:05}"}
        line |= some(rng, 0.9, "severity", rng.choice(["unknown", "low", "medium", "high", "critical"]))
        line |= some(rng, 0.7, "epss", rng.choice([0, 1, 0.00043, 0.99999, round(rng.random() ** 6, 5),
                                                  round(rng.random() ** 3, 5)]))
        line |= some(rng, 0.3, "exploit", rng.choice(["none", "public", "verified", "kit"]))
        line |= some(rng, 0.06, "known_exploited", "2026-02-01")
        return line | some(rng, 0.03, "active_alert", True)

    def update(self, i):
        kind = self.rng.choice(["update", "update", "update", "upgrade", "uninstall", "attention_required"])
        return {"type": "recommendation", "id": f"va-_-vendor-{i % 7}-_-product-{i}", "kind": kind,
                "category": self.rng.choice(["application", "os"]), "vendor": f"vendor-{i % 7}",
                "product": f"product-{i}", "title": f"Update product {i}"}

    def configuration(self, i):
        rng = self.rng
        category = rng.choice(["application", "os", "network", "accounts", "security_controls"])
        return {"type": "recommendation", "id": f"sca-_-scid-{10000 + i}", "kind": "configuration_change",
                "category": category, "title": f"Set option {i}"} | some(rng, 0.9, "points", rng.randint(1, 10))

    def device(self, i):
        rng, line = self.rng, {"type": "device", "id": f"pc-{i:05}", "name": f"pc-{i:05}.example"}
        line |= some(rng, 0.9, "group", rng.choice(self.groups)) if self.groups else {}
        line |= some(rng, 0.6, "value", rng.choice(["low", "normal", "high"]))
        line |= some(rng, 0.15, "internet_facing", True) | some(rng, 0.1, "active_alert", True)
        line |= some(rng, 0.05, "excluded", True)
        seen = rng.choice([IMPORTED - rng.randrange(9 * DAY)] * 7 + [IMPORTED - rng.randrange(40 * DAY)] * 2 +
                          [rng.choice([SILENT - 1, SILENT, SILENT + 1])])
        return line | {"last_seen": instant(seen)}

    def version_sets(self):
        """Weaknesses of a few installed versions; later ones mostly have fewer. Pools overlap between products."""
        pool = self.rng.sample(self.weaknesses, min(len(self.weaknesses), self.rng.choice([1, 2, 4, 8, 16])))
        sets = [sorted(w["id"] for w in pool)]
        while len(sets) < self.rng.randint(1, 5):
            sets.append(sorted(w for w in sets[0] if self.rng.random() < 0.6))
        return sets

    def assess(self, device, rows):
        rng = self.rng
        for r in rng.sample(self.updates, min(len(self.updates), rng.randint(0, 2 * rows))):
            version = rng.randrange(len(self.versions[r["id"]]))
            yield {"type": "assessment", "device": device["id"], "recommendation": r["id"],
                   "version": f"1.{version}", "weaknesses": self.versions[r["id"]][version]}
        for r in self.configurations:
            if rng.random() < 0.7:
                state = rng.choice(["compliant", "compliant", "exposed", "exposed", "not_applicable"])
                yield {"type": "assessment", "device": device["id"], "recommendation": r["id"], "state": state}

    def facts(self):
        groups = [{"type": "group", "name": g} for g in self.groups[::2]]
        return groups + self.weaknesses + self.updates + self.configurations + self.devices + self.assessments

    # --- exceptions

    def subject(self):
        """(recommendation or None, weakness or None); few recommendations get many, so that exceptions meet."""
        rng = self.rng
        if self.configurations and (not self.updates or rng.random() < 0.25):
            return rng.choice(self.configurations)["id"], None
        recommendation = rng.choice(self.updates[: 1 + len(self.updates) // 2])["id"]
        held = self.versions[recommendation][0]
        choice = rng.random()
        if choice < 0.55 or not held:
            return recommendation, None
        return (recommendation if choice < 0.8 else None), rng.choice(held)

    def scope(self):
        """(scope, units, arguments)"""
        rng, choice = self.rng, self.rng.random()
        if choice < 0.25:
            return "global", [], []
        if choice < 0.65 and self.groups:
            units = sorted(rng.sample(self.groups + [DEFAULT_GROUP], rng.randint(1, min(3, len(self.groups)))))
            known = set(self.groups[::2]) | {d.get("group", DEFAULT_GROUP) for d in self.devices} | {DEFAULT_GROUP}
            if set(units) <= known:
                return "groups", units, [a for u in units for a in ("--group", u)]
        units = sorted(d["id"] for d in rng.sample(self.devices, min(len(self.devices), rng.randint(1, 12))))
        return "devices", units, [a for u in units for a in ("--device", u)]

    def conflicts(self, subject, scope, units, start, end):
        return any(subject == s and scope == c and start < e and b < end and (scope == "global" or set(units) & set(u))
                   for s, c, u, b, e in self.taken)

    def except_(self):
        rng, subject, (scope, units, args) = self.rng, self.subject(), self.scope()
        filed = IMPORTED + 60000 * (len(self.exceptions) + 1)
        start = filed if rng.random() < 0.75 else filed + rng.randrange(1, 40 * DAY)
        days = rng.choice([1, 10, 19, 20, 21, 30, 60, 90])
        until = rng.random() < 0.5
        end = start + days * DAY + (rng.randrange(DAY) if until else 0)
        if self.conflicts(subject, scope, units, start, end):
            return
        justification, impact = self.reason(subject)
        self.taken.append((subject, scope, units, start, end))
        recommendation, weakness = subject
        run = ["except", recommendation or weakness, "--justification", justification,
               "--context", "Reviewed by the change board, reference 4711."]
        run += ["--weakness", weakness] if recommendation and weakness else []
        run += args + (["--impact", impact] if impact else [])
        run += ["--start", instant(start)] if start != filed else []
        run += (["--until", instant(end)] if until else ["--for", f"{days}d"]) + ["--json"]
        self.filings.append({"now": instant(filed), "run": run})
        self.exceptions.append({
            "type": "exception", "id": str(len(self.filings)), "recommendation": recommendation, "weakness": weakness,
            "scope": scope, "groups": units if scope == "groups" else [], "devices": units if scope == "devices" else [],
            "justification": justification, "impact": impact, "start": instant(start), "end": instant(end)})

    def reason(self, subject):
        """(justification, impact or None)"""
        rng = self.rng
        words = ["third_party_control", "alternate_mitigation", "risk_accepted", "planned_remediation"]
        if subject[1] is not None:
            return rng.choice(words + ["no_patch_available", "false_positive"]), None
        override = rng.choice(["no_impact", "mitigation_like", "hybrid"]) if rng.random() < 0.2 else None
        return rng.choice(words), override


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    for name, default in (("seed", 1), ("devices", 60), ("recommendations", 20), ("configurations", 8),
                          ("weaknesses", 60), ("groups", 5), ("exceptions", 25), ("rows", 6)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    made = Generator(options)
    os.makedirs(options.directory, exist_ok=True)
    write_lines(os.path.join(options.directory, "facts.ndjson"), made.facts())
    write_lines(os.path.join(options.directory, "exceptions.ndjson"), made.exceptions)
    with open(os.path.join(options.directory, "filings.json"), "w", encoding="utf-8") as file:
        json.dump(made.filings, file, indent=0)
    with open(os.path.join(options.directory, "fleet.json"), "w", encoding="utf-8") as file:
        json.dump({"imported": instant(IMPORTED), "now": instant(NOW)}, file)


if __name__ == "__main__":
    main()
