#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hold random histories of the program against a model of the rules.

usage: history-check.py PROGRAM [--seeds N] [--first SEED] [--steps N]

A history is a run of imports (several sources, old reports, weakness sets, deltas, full reports, devices that move, go
and come back, renamed device groups), exceptions (filed, superseded, canceled) and remediation activities. The model
says what must be refused. Every few steps all that is shown, also to sessions that see some device groups only, is
compared with the model, scores by way of score-oracle.py; at the end the past is asked for again. What changes nothing
must journal nothing. Exit status 1 when something differs.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

TOOLS = pathlib.Path(__file__).parent
DAY = 86400000
FIRST = 1772323200000  # 2026-03-01T00:00:00Z
DEFAULT = "UnassignedGroup"
JUSTIFICATIONS = {"third_party_control": "mitigation_like", "alternate_mitigation": "mitigation_like",
                  "risk_accepted": "no_impact", "planned_remediation": "no_impact"}


def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), TOOLS / (name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oracle, fleet = load("score-oracle"), load("fleet")
instant = fleet.instant


class Group:
    def __init__(self, name):
        self.name, self.declared = name, False


class Device:
    def __init__(self, group):
        self.group, self.value, self.last_seen = group, "normal", None
        self.internet_facing = self.active_alert = self.excluded = False
        self.words, self.newest = {}, {}  # (recommendation, source): assessment; source: newest report

    def active(self, now):
        return not self.excluded and now < self.last_seen + 30 * DAY


class Exception_:
    def __init__(self, **facts):
        self.ended = self.ending = self.successor = None
        self.canceled = []
        self.__dict__.update(facts)

    def status(self, now, others=()):
        if self.ending:
            return self.ending
        if now < self.start or now >= self.end:
            return "scheduled" if now < self.start else "expired"
        above = self.scope != "global" and any(
            e.scope == "global" and e.subject == self.subject and e.status(now) == "in_effect" for e in others)
        return "suspended" if above else "in_effect"

    def live(self, now):
        return self.status(now) in ("scheduled", "in_effect")

    def conflicts(self, other):
        return (self.subject == other.subject and self.scope == other.scope and self.start < other.end and
                other.start < self.end and (self.scope == "global" or bool(set(self.units) & set(other.units))))


class Activity:
    def __init__(self, **facts):
        self.status, self.ended, self.completed_by = "active", None, None
        self.__dict__.update(facts)

    def figures(self):
        counted = [t for t in self.had if t not in self.gone]
        return len(counted), sum(t in self.fixed for t in counted)


class Model:
    def __init__(self):
        self.default = Group(DEFAULT)
        self.groups, self.devices, self.weaknesses, self.recommendations = {DEFAULT: self.default}, {}, {}, {}
        self.sets = {}  # (recommendation, set): weaknesses
        self.exceptions, self.activities = [], []

    # --- facts

    def group(self, name):
        return self.groups.setdefault(oracle.group_name(name), Group(name))

    def present(self):
        known = {d.group for d in self.devices.values()}
        return {g for g in self.groups.values() if g in known or (g.declared and g is not self.default)}

    def findings(self, device, recommendation):
        """Weaknesses, or the state of a configuration; None without assessment."""
        words = [w for (r, _), w in device.words.items() if r == recommendation]
        if not words:
            return None
        if "state" in words[0]:
            return max((w["state"] for w in words), key=["not_applicable", "compliant", "exposed"].index)
        return set().union(*(self.sets[recommendation, w["set"]] if "set" in w else w["weaknesses"] for w in words))

    def take(self, lines, source, at):
        """One batch. Kinds go in a fixed order, so that references may point forward."""
        self.seen, self.moved, self.renamed = {}, {}, {}  # by device: when told and sighted, where to; old names: new ones
        for kind in ("group", "weakness", "recommendation", "device", "weakness_set", "full_report", "assessment"):
            for line in lines:
                if line["type"] == kind:
                    getattr(self, "take_" + kind)(line, source, at)
        for device, name in self.moved.items():
            device.group = self.group(self.renamed.get(name, name))
        for device, (told, sight) in self.seen.items():
            seen = sight if told is None else told
            device.last_seen = seen if device.last_seen is None else max(device.last_seen, seen)
        self.progress(at)

    def take_group(self, line, source, at):
        if "previous_name" in line and line["previous_name"] in self.groups:
            renamed = self.groups.pop(line["previous_name"])
            renamed.name = line["name"]
            self.groups[line["name"]] = renamed
            self.renamed[line["previous_name"]] = line["name"]
        if line["name"] in self.groups or not line.get("removed"):
            self.group(line["name"]).declared = not line.get("removed")

    def take_weakness(self, line, source, at):
        self.weaknesses.setdefault(line["id"], {}).update(line)

    def take_recommendation(self, line, source, at):
        if not line.get("removed"):
            self.recommendations.setdefault(line["id"], {}).update(line)
            return
        self.recommendations.pop(line["id"], None)
        for key in [k for k in self.sets if k[0] == line["id"]]:
            del self.sets[key]
        for device in self.devices.values():
            for key in [k for k in device.words if k[0] == line["id"]]:
                del device.words[key]

    def take_weakness_set(self, line, source, at):
        self.sets[line["recommendation"], line["id"]] = set(line["weaknesses"])

    def take_device(self, line, source, at):
        if line.get("removed"):
            self.devices.pop(line["id"], None)
            return
        device = self.devices.setdefault(line["id"], Device(self.default))
        if "group" in line:
            self.moved[device] = line["group"]
        for name in ("value", "internet_facing", "active_alert", "excluded"):
            if name in line:
                default = "normal" if name == "value" else False
                setattr(device, name, default if line[name] is None else line[name])
        told, sight = self.seen.get(device, (None, None))
        if "last_seen" in line:
            told = min(oracle.milliseconds(line["last_seen"]), at)
        self.seen[device] = (told, sight if "last_seen" in line else at)

    def reported(self, line, source, at):
        """The device, unless its source said something newer before."""
        device = self.devices[line["device"]]
        if device.newest.get(source, at) > at:
            return None
        device.newest[source] = at
        told, sight = self.seen.get(device, (None, None))
        seen = min(oracle.milliseconds(line["last_seen"]), at) if "last_seen" in line else at
        self.seen[device] = (told, max(seen, sight or 0))
        return device

    def take_full_report(self, line, source, at):
        device = self.reported(line, source, at)
        if device:
            for key in [k for k in device.words if k[1] == source]:
                del device.words[key]

    def take_assessment(self, line, source, at):
        device = self.reported(line, source, at)
        if not device:
            return
        key, change = (line["recommendation"], source), line.get("change", "replace")
        old = device.words.get(key)
        if change == "remove":
            device.words.pop(key, None)
        elif "state" in line:
            device.words[key] = {"state": line["state"], "user_impact": bool(line.get("user_impact"))}
        elif "set" in line:
            device.words[key] = {"set": line["set"]}
        elif change == "replace" or (change == "add" and not old):
            device.words[key] = {"weaknesses": set(line["weaknesses"])}
        elif old:
            had = self.sets[key[0], old["set"]] if "set" in old else old["weaknesses"]
            now = had | set(line["weaknesses"]) if change == "add" else had - set(line["weaknesses"])
            device.words[key] = {"weaknesses": now}

    # --- exceptions

    def units(self, scope, names):
        return [self.group(n) for n in names] if scope == "groups" else list(names)

    def file(self, e, now, supersede, all_groups):
        """Conflicting ones; without any, or to supersede, it is filed. None: all groups have one already."""
        if all_groups and not supersede:
            taken = {u for o in self.exceptions if o.live(now) and o.conflicts(e) for u in o.units}
            e.units = [u for u in e.units if u not in taken]
            if not e.units:
                return None
        conflicts = [o for o in self.exceptions if o.live(now) and o.conflicts(e)]
        if conflicts and not supersede:
            return conflicts
        self.exceptions.append(e)
        e.id = f"E-{len(self.exceptions)}"
        for old in conflicts:
            rest = [u for u in old.units if u not in e.units]
            if rest:
                old.canceled += [u for u in old.units if u in e.units and isinstance(u, Group)]
                old.units = rest
            else:
                old.ending, old.ended, old.successor = "superseded", now, e.id
        return []

    def cancel(self, e, now, group):
        if group and len(e.units) > 1:
            e.units.remove(group)
            e.canceled.append(group)
        else:
            e.ending, e.ended = "canceled", now

    # --- remediation activities

    def exposed(self, device, recommendation):
        found = self.findings(device, recommendation)
        return found == "exposed" or (isinstance(found, set) and bool(found))

    def request(self, recommendation, groups, now):
        had = {i: self.findings(d, recommendation) for i, d in self.devices.items()
               if d.active(now) and (not groups or d.group in groups) and self.exposed(d, recommendation)}
        if not had:
            return False
        self.activities.append(Activity(id=f"R-{len(self.activities) + 1}", recommendation=recommendation, had=had,
                                        fixed=set(), gone=set(), requested=now))
        return True

    def open(self, activity, target):
        device = self.devices.get(target)
        found = self.findings(device, activity.recommendation) if device else None
        had = activity.had[target]
        return found == "exposed" if had == "exposed" else isinstance(found, set) and bool(found & had)

    def progress(self, at):
        for a in self.activities:
            if a.status != "active":
                continue
            a.gone = {t for t in a.had if t not in self.devices or self.devices[t].excluded}
            a.fixed = {t for t in a.had if (t in a.fixed if t not in self.devices else not self.open(a, t))}
            targets, fixed = a.figures()
            if targets and targets == fixed:
                a.status, a.ended, a.completed_by = "completed", self.committed, "System confirmation"

    # --- what must be shown

    def lines(self, now, visible):
        """Effective facts and exceptions, as a session sees them, for the oracle."""
        def sees(group):
            return visible is None or group.name in visible
        devices = {i: d for i, d in self.devices.items() if sees(d.group)}
        for g in self.groups.values():
            if g.declared and sees(g):
                yield {"type": "group", "name": g.name}
        yield from map(dict, self.weaknesses.values())
        yield from map(dict, self.recommendations.values())
        for i, d in devices.items():
            yield {"type": "device", "id": i, "group": d.group.name, "value": d.value, "excluded": d.excluded,
                   "internet_facing": d.internet_facing, "active_alert": d.active_alert,
                   "last_seen": instant(d.last_seen)}
            for r in {r for r, _ in d.words}:
                found = self.findings(d, r)
                yield {"type": "assessment", "device": i, "recommendation": r} | (
                    {"state": found} if isinstance(found, str) else {"weaknesses": sorted(found)})
        for e in self.exceptions:
            units = self.seen_units(e, visible)
            if units or e.scope == "global":
                yield {"type": "exception", "id": e.id, "recommendation": e.subject[0], "weakness": e.subject[1],
                       "scope": e.scope, "groups": units if e.scope == "groups" else [],
                       "devices": units if e.scope == "devices" else [], "justification": e.justification,
                       "impact": e.impact, "start": instant(e.start), "end": instant(e.end),
                       "ended": e.ended and instant(e.ended)}

    def seen_units(self, e, visible):
        if e.scope == "groups":
            return sorted(g.name for g in e.units if visible is None or g.name in visible)
        return sorted(i for i in e.units if visible is None or
                      (i in self.devices and self.devices[i].group.name in visible))

    def report(self, now, visible):
        want = oracle.report(oracle.Fleet(self.lines(now, visible), now), now)
        for row in want["exceptions"]:
            e = self.exceptions[int(row["id"][2:]) - 1]
            del row["standalone_exposure"]
            ended = e.ended if e.ending else e.end if now >= e.end else None
            row |= {"status": e.status(now, self.exceptions), "ended": ended and instant(ended), "scope": e.scope,
                    "groups" if e.scope == "groups" else "devices":
                        self.seen_units(e, visible) if e.scope != "global" else [],
                    "canceled_groups": sorted(g.name for g in e.canceled if visible is None or g.name in visible),
                    "start": instant(e.start), "end": instant(e.end), "successor": e.successor}
        for row in want["recommendations"]:
            live = [e for e in self.exceptions if e.live(now) and e.subject[0] == row["id"] and
                    (e.scope == "global" or self.seen_units(e, visible))]
            row["exceptions"] = len(live)
        return want

    def remediations(self):
        for a in self.activities:
            targets, fixed = a.figures()
            yield {"id": a.id, "recommendation": a.recommendation, "status": a.status, "targets": targets, "fixed": fixed,
                   "ended": a.ended and instant(a.ended), "completed_by": a.completed_by}


class History:
    def __init__(self, program, folder, seed, steps):
        self.program, self.folder, self.seed, self.steps = program, folder, seed, steps
        self.rng, self.model, self.now = random.Random(seed), Model(), FIRST
        self.db = os.path.join(folder, "store.db")
        self.failed = self.checks = self.behind = 0
        self.past, self.log, self.wrote_at = [], [], FIRST
        self.group_names = ["A", "B", "C"]
        self.weakness_ids = [f"CVE-{i}" for i in range(6)]
        self.updates, self.configurations = ["va-1", "va-2", "va-3"], ["sca-1", "sca-2"]
        self.device_ids = [f"pc-{i}" for i in range(7)]

    def run(self, *args, options=(), behind=0):
        done = subprocess.run([self.program, "--db", self.db, "--now", instant(self.now - behind), "--as", "model",
                               *options, *args], capture_output=True, text=True, encoding="utf-8")
        if done.returncode not in (0, 1):
            self.fail(" ".join(args), done.stderr, "no failure")
        return done

    def ask(self, *args, options=()):
        done = self.run(*args, "--json", options=options)
        if done.returncode != 0:
            self.fail(" ".join(options + list(args)), done.stderr, "an answer")
        return [json.loads(line, parse_float=Decimal) for line in done.stdout.splitlines()]

    def fail(self, what, got, want):
        self.failed += 1
        print(f"seed {self.seed}, after {len(self.log)} steps: {what}: {str(got)[:600]}, not {str(want)[:600]}")

    def compare(self, what, got, want):
        self.checks += 1
        if isinstance(want, dict) and isinstance(got, dict):
            for name, value in want.items():
                self.compare(f"{what} {name}", got.get(name), value)
        elif isinstance(want, Decimal):
            if got is None or abs(Decimal(got) - want) > Decimal("1e-9"):
                self.fail(what, got, want)
        elif got != want:
            self.fail(what, got, want)

    def compare_rows(self, what, got, want, key="id"):
        self.compare(what, [r[key] for r in got], [r[key] for r in want])
        for g, w in zip(got, want):
            self.compare(f"{what} {w[key]}", g, w)

    # --- steps

    def expect(self, what, done, accepted):
        self.checks += 1
        if (done.returncode == 0) != accepted:
            self.fail(what, done.stderr or done.stdout, "accepted" if accepted else "refused")

    def tick_clock(self):
        """Mostly on, at times to an instant at which something starts or ends, at times a little back."""
        boundaries = [t for e in self.model.exceptions for t in (e.start, e.end) if self.now < t < self.now + 3 * DAY]
        choice, self.behind = self.rng.random(), 0
        if choice < 0.25 and boundaries:
            self.now = self.rng.choice(boundaries) + self.rng.choice([-1, 0, 0, 1])
        elif choice < 0.85:
            self.now += self.rng.choice([1, 1000, 3600000, self.rng.randrange(DAY)])
        elif choice < 0.92 and self.past:  # the store's time counts: that of the last commit
            marks = json.loads(self.run("score", "--json", behind=self.now - FIRST).stdout)["time"]
            if oracle.milliseconds(marks) > self.past[-1][0]:
                self.now, self.behind = oracle.milliseconds(marks), self.rng.choice([1, DAY, 30 * DAY])

    def import_(self):
        rng, model, lines, used = self.rng, self.model, [], set()
        for kind in rng.choices(["group", "weakness", "recommendation", "device", "set", "assess", "assess", "assess"],
                                k=rng.randint(1, 8)):
            lines += getattr(self, "some_" + kind)(used, lines)
        rng.shuffle(lines)
        if not lines:
            return
        source, reported = rng.choice(["scanner", "agent"]), self.now - rng.choice([0, 0, 0, DAY // 2, 2 * DAY])
        path = os.path.join(self.folder, "facts.ndjson")
        pathlib.Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        args = ["import", path, "--source", source, "--reported", instant(reported)]
        self.log.append((instant(self.now), args, lines))
        self.expect("import", self.run(*args, behind=self.behind), True)
        model.committed = self.now
        model.take(lines, source, reported)
        if rng.random() < 0.3:  # once more: nothing happens
            before = len(self.ask("events"))
            self.run(*args)
            self.compare("events after the same import", len(self.ask("events")), before)

    def some_group(self, used, lines):
        rng, name = self.rng, self.rng.choice(self.group_names)
        if "group" in used:
            return []
        used.add("group")
        if rng.random() < 0.5 and name in self.model.groups:
            new = f"G{rng.randrange(10**6)}"
            self.group_names[self.group_names.index(name)] = new
            return [{"type": "group", "name": new, "previous_name": name}]
        return [{"type": "group", "name": name} | ({"removed": True} if rng.random() < 0.3 else {})]

    def some_weakness(self, used, lines):
        rng, line = self.rng, {"type": "weakness", "id": self.rng.choice(self.weakness_ids)}
        line |= fleet.some(rng, 0.6, "severity", rng.choice(["low", "medium", "high", "critical"]))
        line |= fleet.some(rng, 0.6, "epss", round(rng.random() ** 3, 4))
        return [line | fleet.some(rng, 0.3, "exploit", rng.choice(["none", "public", "kit"]))]

    def recommendation_line(self, id):
        if id in self.configurations:
            return {"type": "recommendation", "id": id, "kind": "configuration_change", "points": self.rng.randint(1, 10)}
        return {"type": "recommendation", "id": id, "kind": "update"}

    def some_recommendation(self, used, lines):
        id = self.rng.choice(self.updates + self.configurations)
        if id in used:
            return []
        used.add(id)
        if id in self.model.recommendations and self.rng.random() < 0.15:
            used.add("no " + id)
            return [{"type": "recommendation", "id": id, "removed": True}]
        return [self.recommendation_line(id)]

    def known(self, used, lines, id, line):
        """Lines that make sure that the batch or the store knows it."""
        return [] if any(x.get("id") == id for x in lines) or line is None else [line]

    def some_device(self, used, lines):
        rng, id = self.rng, self.rng.choice(self.device_ids)
        if "no " + id in used:
            return []
        if id in self.model.devices and rng.random() < 0.15 and id not in used:
            used.add("no " + id)
            return [{"type": "device", "id": id, "removed": True}]
        used.add(id)
        line = {"type": "device", "id": id} | fleet.some(rng, 0.4, "group", rng.choice(self.group_names + ["None", ""]))
        line |= fleet.some(rng, 0.3, "value", rng.choice(["low", "high", None]))
        line |= fleet.some(rng, 0.2, "internet_facing", rng.choice([True, False, None]))
        line |= fleet.some(rng, 0.2, "active_alert", rng.choice([True, False]))
        line |= fleet.some(rng, 0.15, "excluded", rng.choice([True, False, None]))
        return [line | fleet.some(rng, 0.5, "last_seen", instant(self.now - rng.choice([0, DAY, 20 * DAY, 31 * DAY]) + 5))]

    def references(self, used, lines, device, recommendation, weaknesses):
        """Records of what neither the store nor the lines so far know. None: the batch takes one of them out."""
        if any("no " + x in used for x in (device, recommendation)):
            return None
        used |= {device, recommendation}
        new = []
        if device and device not in self.model.devices:
            new += self.known(used, lines, device, {"type": "device", "id": device})
        if recommendation not in self.model.recommendations:
            new += self.known(used, lines, recommendation, self.recommendation_line(recommendation))
        for w in set(weaknesses) - set(self.model.weaknesses):
            new += self.known(used, lines, w, {"type": "weakness", "id": w, "severity": "high"})
        return new

    def some_set(self, used, lines):
        rng, recommendation = self.rng, self.rng.choice(self.updates)
        weaknesses = rng.sample(self.weakness_ids, rng.randint(0, 3))
        new = self.references(used, lines, "", recommendation, weaknesses)
        return [] if new is None else new + [{"type": "weakness_set", "recommendation": recommendation,
                                              "id": rng.choice(["1.0", "1.1"]), "weaknesses": weaknesses}]

    def some_assess(self, used, lines):
        rng, device = self.rng, self.rng.choice(self.device_ids)
        recommendation = rng.choice(self.updates + self.updates + self.configurations)
        weaknesses = rng.sample(self.weakness_ids, rng.randint(0, 3))
        new = self.references(used, lines, device, recommendation, weaknesses)
        if new is None:
            return []
        line = {"type": "assessment", "device": device, "recommendation": recommendation}
        sets = [s for r, s in self.model.sets if r == recommendation and "no " + r not in used]
        choice = rng.random()
        if choice < 0.1:
            line |= {"change": "remove"}
        elif recommendation in self.configurations:
            line |= {"state": rng.choice(["compliant", "exposed", "not_applicable"])}
        elif choice < 0.35 and sets:
            line |= {"set": rng.choice(sets)}
        else:
            line |= {"weaknesses": weaknesses} | fleet.some(rng, 0.5, "change", rng.choice(["add", "fix"]))
            if "change" in line and not weaknesses:
                del line["change"]
        line |= fleet.some(rng, 0.2, "last_seen", instant(self.now - rng.randrange(35 * DAY)))
        report = {"type": "full_report", "device": device}
        return new + [line] + ([report] if rng.random() < 0.15 and report not in lines else [])

    def except_(self):
        rng, model, now = self.rng, self.model, self.now
        recommendation = rng.choice(self.updates + self.updates[:1] * 5 + self.configurations)
        weakness = rng.choice(self.weakness_ids[:3]) if recommendation in self.updates and rng.random() < 0.4 else None
        if weakness and rng.random() < 0.5:
            recommendation = None
        scope, all_groups = rng.choice(["global", "groups", "groups", "devices"]), False
        if scope == "groups":
            all_groups = rng.random() < 0.3
            names = rng.sample(self.group_names + [DEFAULT], rng.randint(1, 2))
            args = ["--all-groups"] if all_groups else [a for n in names for a in ("--group", n)]
        else:
            names = rng.sample(self.device_ids, rng.randint(1, 3)) if scope == "devices" else []
            args = [a for n in names for a in ("--device", n)]
        start = now if rng.random() < 0.7 else now + rng.randrange(1, 12 * DAY)
        end, supersede = start + rng.choice([1, DAY, 5 * DAY, 12 * DAY, 30 * DAY]), rng.random() < 0.3
        justification = rng.choice(list(JUSTIFICATIONS))
        run = ["except", recommendation or weakness, "--justification", justification, "--context", "model",
               "--until", instant(end), *args]
        run += ["--weakness", weakness] if recommendation and weakness else []
        run += ["--start", instant(start)] if start != now else []
        run += ["--supersede"] if supersede else []
        known = (recommendation is None or recommendation in model.recommendations) and (
            weakness is None or weakness in model.weaknesses)
        if scope == "groups" and not all_groups:
            present = {g.name for g in model.present()} | {DEFAULT}
            known = known and set(names) <= present
        if scope == "devices":
            known = known and set(names) <= set(model.devices)
        known = known and not (supersede and start > now)
        visible, options = self.someone()
        if visible is not None:
            known = known and scope != "global" and self.sees_all(visible, scope, names, all_groups)
        self.log.append((instant(now), options, run))
        preview = self.run(*run, "--dry-run", "--json", options=options, behind=self.behind)
        done = self.run(*run, options=options, behind=self.behind)
        accepted = known
        if known:
            units = list(model.present() | {model.default}) if all_groups else model.units(scope, names)
            if all_groups and visible is not None:
                units = [g for g in units if g.name in visible]
            e = Exception_(subject=(recommendation, weakness), scope=scope, units=units, start=start, end=end,
                           justification=justification, impact=None)
            accepted = model.file(e, now, supersede, all_groups) == []
        self.expect("except", done, accepted)
        if preview.returncode == 0:
            self.check_preview(json.loads(preview.stdout, parse_float=Decimal), accepted, options)

    def check_preview(self, said, accepted, options):
        refused = said["refusals"] + ([] if said["supersedes"] else said["conflicts"])
        self.compare("preview refuses", bool(refused), not accepted)
        if accepted and said["start"] == instant(self.now):
            score = self.ask("score", options=options)[0]
            for name in ("devices", "exposure", "secure"):
                if said["status"] == "in_effect" or name == "devices":
                    self.compare("previewed " + name, *[json.dumps(x[name], default=str) for x in (said["after"], score)])

    def cancel(self):
        rng, model = self.rng, self.model
        if not model.exceptions:
            return
        e, group = rng.choice(model.exceptions[-8:]), None
        args = ["cancel", e.id, "--reason", "model"]
        if e.scope == "groups" and rng.random() < 0.6:
            group = rng.choice(e.units)
            args += ["--group", group.name]
        visible, options = self.someone()
        self.log.append((instant(self.now), options, args))
        live = e.live(self.now)
        if visible is not None and scope_of(e, model, visible) == "global":
            live = False
        elif visible is not None and group:
            live = live and group.name in visible
        elif visible is not None:
            live = live and scope_of(e, model, visible) == "seen"
        self.expect("cancel", self.run(*args, options=options, behind=self.behind), live)
        if live:
            model.cancel(e, self.now, group)

    def remediate(self):
        rng, model = self.rng, self.model
        recommendation = rng.choice(self.updates + self.configurations)
        names = rng.sample(self.group_names, 1) if rng.random() < 0.3 else []
        args = ["remediate", recommendation] + [a for n in names for a in ("--group", n)]
        self.log.append((instant(self.now), args))
        known = recommendation in model.recommendations and all(n in model.groups for n in names)
        done = self.run(*args, behind=self.behind)
        accepted = known and model.request(recommendation, {model.groups[n] for n in names}, self.now)
        self.expect("remediate", done, accepted)

    def complete(self):
        model = self.model
        if not model.activities:
            return
        a, cancel = self.rng.choice(model.activities[-4:]), self.rng.random() < 0.5
        args = ["complete", a.id] + (["--cancel", "--reason", "model"] if cancel else [])
        self.log.append((instant(self.now), args))
        self.expect("complete", self.run(*args, behind=self.behind), a.status == "active")
        if a.status == "active":
            a.status, a.ended = "canceled" if cancel else "completed", self.now
            a.completed_by = None if cancel else "model"

    def someone(self):
        """Now and then a session that sees some device groups only: their names, and its options."""
        names = [g.name for g in self.model.groups.values()]
        if self.rng.random() < 0.7:
            return None, []
        visible = self.rng.sample(names, self.rng.randint(1, len(names)))
        return set(visible), [a for v in visible for a in ("--visible-group", v)]

    def sees_all(self, visible, scope, names, all_groups):
        if scope == "devices":
            return all(n in self.model.devices and self.model.devices[n].group.name in visible for n in names)
        present = {g.name for g in self.model.present()} | {DEFAULT}
        return bool(present & visible) if all_groups else set(names) <= visible

    def restore(self):
        """Goes on with a restored store, of which the past is not known."""
        backup = os.path.join(self.folder, "backup.ndjson")
        pathlib.Path(backup).write_text(self.run("export", "ndjson").stdout, encoding="utf-8")
        self.log.append((instant(self.now), "restore"))
        self.db = os.path.join(self.folder, f"store-{len(self.log)}.db")
        self.expect("restore", self.run("import", backup), True)
        self.past = []
        # a backup has no reports that left no assessment, and no device groups that nothing names any more
        used = self.model.present() | {u for e in self.model.exceptions for u in [*e.units, *e.canceled]}
        self.model.groups = {n: g for n, g in self.model.groups.items() if n == DEFAULT or g in used}
        for device in self.model.devices.values():
            device.newest = {s: t for s, t in device.newest.items() if any(s == source for _, source in device.words)}

    # --- looking

    def look(self, visible=None):
        options = [] if visible is None else [a for v in sorted(visible) for a in ("--visible-group", v)]
        want, who = self.model.report(self.now, visible), f"{sorted(visible)}: " if visible is not None else ""
        shown = {}
        for name, args in (("score", ["score"]), ("groups", ["score", "--by", "group"]),
                           ("exceptions", ["exceptions"]), ("weaknesses", ["weaknesses"]),
                           ("recommendations", ["recommendations", "--state", "all", "--sort", "id"]),
                           ("remediations", ["remediations"]), ("devices", ["devices"])):
            shown[name] = (options, args, self.ask(*args, options=options))
        score = {k: want[k] for k in ("devices", "exposure", "secure")}
        self.compare(who + "score", shown["score"][2][0], score)
        self.compare_rows(who + "score of group", sorted(shown["groups"][2], key=lambda g: g["group"]),
                          want["groups"], "group")
        self.compare_rows(who + "recommendation", shown["recommendations"][2], want["recommendations"])
        self.compare_rows(who + "exception", shown["exceptions"][2], want["exceptions"])
        seen = [i for i, d in sorted(self.model.devices.items()) if visible is None or d.group.name in visible]
        self.compare(who + "devices", sorted(d["id"] for d in shown["devices"][2]), seen)
        if visible is None:
            rows = sorted(shown["remediations"][2], key=lambda r: int(r["id"][2:]))
            self.compare_rows("remediation", rows, list(self.model.remediations()))
        return shown

    def look_all(self):
        shown = [self.look()]
        names = [g.name for g in self.model.groups.values()]
        shown.append(self.look(set(self.rng.sample(names, self.rng.randint(1, len(names))))))
        self.past.append((self.now, shown))

    def look_back(self):
        for at, shown in self.past:
            for part in shown:
                for options, args, rows in part.values():
                    then = self.ask(*args, options=[*options, "--as-of", instant(at)])
                    self.compare(f"{' '.join(args)} as of {instant(at)}", *different(then, rows))

    def check_events(self):
        events = self.ask("events")
        self.compare("sequences", [e["sequence"] for e in events], list(range(1, len(events) + 1)))
        times = [e["time"] for e in events]
        self.compare("times of events", times, sorted(times))

    def go(self):
        steps = {self.import_: 6, self.except_: 4, self.cancel: 1.2, self.remediate: 0.8, self.complete: 0.4,
                 self.restore: 0.3}
        self.run("policy", "--set", "trigger=off")  # what resurfaces is held against another model, tests/model
        for i in range(self.steps):
            self.rng.choices(list(steps), list(steps.values()))[0]()
            if i % 5 == 4:
                self.look_all()
            if self.failed or self.now > FIRST + 28 * DAY:
                break
            if i % 5 == 4:
                self.now += 1  # nothing more at the instant that was looked at
            self.tick_clock()
        if not self.failed:
            self.now += 1
            self.run("import", self.last_word())
            self.look_back()
            self.check_events()

    def last_word(self):
        """A commit, so that the store's time has reached all that was looked at."""
        path = os.path.join(self.folder, "last.ndjson")
        pathlib.Path(path).write_text('{"type":"weakness","id":"last"}\n', encoding="utf-8")
        return path


def scope_of(e, model, visible):
    """How much of an exception a session sees: "global", "seen" (all of it), "part"."""
    if e.scope == "global":
        return "global"
    groups = e.units if e.scope == "groups" else [model.devices[i].group for i in e.units if i in model.devices]
    return "seen" if groups and all(g.name in visible for g in groups) else "part"


def different(got, want):
    """Of two lists the first rows that differ, as far as they do."""
    for g, w in zip(got, want):
        if g != w:
            return tuple({k: x.get(k) for k in w if g.get(k) != w[k]} for x in (g, w))
    return len(got), len(want)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--log", action="store_true", help="print the steps of histories that fail")
    options = parser.parse_args()
    checks = failed = 0
    for seed in range(options.first, options.first + options.seeds):
        with tempfile.TemporaryDirectory() as folder:
            history = History(os.path.abspath(options.program), folder, seed, options.steps)
            history.go()
        checks, failed = checks + history.checks, failed + history.failed
        for step in history.log if options.log and history.failed else ():
            print(*step)
    print(f"{checks} checks, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
