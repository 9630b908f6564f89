#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scores of a fleet from the formulas, in 50 digits: what the library's figures are compared with.

usage: score-oracle.py --now T [--imported T] FILE...

Reads native NDJSON (device, weakness, recommendation, assessment, group and exception lines; others are skipped) and
prints one JSON object, numbers with 30 digits: `exposure` and `secure` in three views, `groups`, `categories`,
`recommendations`, `exceptions`. --imported is when the facts came in (default: --now): a last seen that is absent or
later counts as that.

Written from the definitions, device by device, and shares nothing with the library. Left out: severities from CVSS
vectors, several sources, weakness sets, renamed groups, delta assessments, approvals, decisions that ended otherwise
than by `ended`.
"""
import argparse
import datetime
import decimal
import json
import re
import sys
from decimal import Decimal

decimal.getcontext().prec = 50

DAY = 86400000
INACTIVE_AFTER = 30 * DAY
VIEWS = ("official", "no_impact", "mitigation_like")
CATEGORIES = ("application", "os", "network", "accounts", "security_controls")
DEFAULT_GROUP = "UnassignedGroup"
DEFAULT_GROUP_NAMES = (None, "", "Unassigned", "UnassignedGroup", "None")

SEVERITIES = ("unknown", "low", "medium", "high", "critical")
MODEL = {  # likelihoods in 10^-9, consequences and reach in 10^-3, weights of a device in twentieths
    "base_unknown": 3000000, "base_low": 1000000, "base_medium": 3000000, "base_high": 10000000, "base_critical": 30000000,
    "floor_public": 50000000, "floor_verified": 200000000, "floor_in_kit": 400000000, "floor_known_exploited": 900000000,
    "floor_active_alert": 990000000, "highest": 990000000,
    "consequence_unknown": 500, "consequence_low": 250, "consequence_medium": 500, "consequence_high": 800,
    "consequence_critical": 1000, "reach": 100, "internet_facing": 3, "active_alert": 4,
    "value_low": 15, "value_normal": 20, "value_high_least": 20, "value_high_per_device": 2}
FLOORS = {"public": "floor_public", "verified": "floor_verified", "kit": "floor_in_kit"}


def milliseconds(text):
    """Milliseconds since 1970 of an RFC 3339 instant or a date."""
    if "T" not in text:
        text += "T00:00:00Z"
    m = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    if not m:
        sys.exit(f"not an instant: {text}")
    whole = datetime.datetime.fromisoformat(m[1] + ("+00:00" if m[3] == "Z" else m[3]))
    return int(whole.timestamp()) * 1000 + int(((m[2] or "") + "000")[:3])


def group_name(name):
    return DEFAULT_GROUP if name in DEFAULT_GROUP_NAMES else name


class Exception_:
    """A decision: its subject is (recommendation or None, weakness or None)."""

    def __init__(self, line):
        self.id = line["id"]
        self.subject = (line.get("recommendation"), line.get("weakness"))
        self.scope = line.get("scope", "global")
        self.groups = {group_name(g) for g in line.get("groups") or ()}
        self.devices = set(line.get("devices") or ())
        self.start, self.end = milliseconds(line["start"]), milliseconds(line["end"])
        self.ended = milliseconds(line["ended"]) if line.get("ended") else None
        by_justification = {"third_party_control": "mitigation_like", "alternate_mitigation": "mitigation_like"}
        impact = line.get("impact") or by_justification.get(line["justification"], "no_impact")
        self.official = self.subject[1] is not None or impact == "mitigation_like"

    def covers(self, device):
        if self.scope == "global":
            return True
        return device.group in self.groups if self.scope == "groups" else device.id in self.devices

    def status(self, now):
        """Apart from suspension."""
        if self.ended is not None and self.ended <= now:
            return "canceled"
        return "scheduled" if now < self.start else "expired" if now >= self.end else "in_effect"


class Decisions:
    """The exceptions that count at a time, and what each decides."""

    def __init__(self, exceptions, now):
        in_effect = [e for e in exceptions if e.status(now) == "in_effect"]
        everywhere = {e.subject for e in in_effect if e.scope == "global"}
        self.suspended = [e for e in in_effect if e.scope != "global" and e.subject in everywhere]
        self.in_effect = [e for e in in_effect if e not in self.suspended]
        self.by_subject = {}
        for e in self.in_effect:
            self.by_subject.setdefault(e.subject, []).append(e)

    def decider(self, subject, device):
        """The widest exception on the subject that covers the device."""
        for scope in ("global", "groups", "devices"):
            found = [e for e in self.by_subject.get(subject, ()) if e.scope == scope and e.covers(device)]
            if len(found) > 1:
                sys.exit("in conflict: " + " ".join(e.id for e in found))
            if found:
                return found[0]
        return None

    def removes(self, view, device, *subjects):
        """Whether the decider of any of the subjects takes the finding out of the view."""
        if view == "no_impact":
            return False
        deciders = [self.decider(s, device) for s in subjects]
        return any(d is not None and (view == "mitigation_like" or d.official) for d in deciders)


class Device:
    def __init__(self, line, imported):
        self.id = line["id"]
        self.group = group_name(line.get("group"))
        self.value = line.get("value", "normal")
        self.internet_facing, self.active_alert = bool(line.get("internet_facing")), bool(line.get("active_alert"))
        self.excluded = bool(line.get("excluded"))
        self.last_seen = min(milliseconds(line["last_seen"]), imported) if "last_seen" in line else imported
        self.findings = []  # (recommendation, weakness)
        self.states = {}  # configuration: state

    def multiplier(self, model):
        facing = model["internet_facing"] if self.internet_facing else 1
        return facing * (model["active_alert"] if self.active_alert else 1)

    def active(self, now):
        return not self.excluded and now < self.last_seen + INACTIVE_AFTER


def hazard(weakness, model=None, told=None):
    """-ln(1 - q); with `told`, p in 10^-9 is that."""
    model = model or MODEL
    severity = weakness.get("severity", "unknown")
    likelihoods = [model["base_" + severity] if "epss" not in weakness else Decimal(weakness["epss"]) * 10**9]
    if weakness.get("exploit", "none") != "none":
        likelihoods.append(model[FLOORS[weakness["exploit"]]])
    if weakness.get("known_exploited"):
        likelihoods.append(model["floor_known_exploited"])
    if weakness.get("active_alert"):
        likelihoods.append(model["floor_active_alert"])
    p = Decimal(min(max(likelihoods) if told is None else told, model["highest"])) / 10**9
    return -(1 - p * model["consequence_" + severity] / 1000 * model["reach"] / 1000).ln()


class Fleet:
    """Facts and decisions, and the constants of an exposure model by their names in rpv_exposure_model: those that are not
    given are those of rpv-exposure-1."""

    def __init__(self, lines, imported, model=None):
        self.model = {**MODEL, **(model or {})}
        kept = {"device": {}, "weakness": {}, "recommendation": {}, "assessment": {}}
        self.groups, self.exceptions = set(), []
        for line in lines:
            kind = line.pop("type")
            if kind == "exception":
                self.exceptions.append(Exception_(line))
            elif kind == "group":
                self.groups.add(group_name(line["name"]))
            elif kind == "assessment":
                kept[kind][line["device"], line["recommendation"]] = line
            elif kind in kept:
                thing = kept[kind].setdefault(line["id"], {})
                thing.update(line)
                for name in [n for n, v in thing.items() if v is None]:
                    del thing[name]
        self.devices = {d: Device(x, imported) for d, x in kept["device"].items() if not x.get("removed")}
        self.recommendations = {r: x for r, x in kept["recommendation"].items() if not x.get("removed")}
        self.weaknesses = kept["weakness"]
        self.hazards = {w: hazard(x, self.model) for w, x in self.weaknesses.items()}
        for (d, r), line in kept["assessment"].items():
            if d in self.devices and r in self.recommendations:
                self.assess(self.devices[d], r, line)

    def assess(self, device, recommendation, line):
        if self.configuration(recommendation):
            device.states[recommendation] = line["state"]
        else:
            device.findings += [(recommendation, w) for w in sorted(set(line.get("weaknesses") or ()))]

    def configuration(self, recommendation):
        return self.recommendations[recommendation]["kind"] == "configuration_change"

    def present_groups(self):
        return self.groups - {DEFAULT_GROUP} | {d.group for d in self.devices.values()}


survivals = {}


def probability(level):
    """1 - exp(-level)"""
    if level not in survivals:
        survivals[level] = (-level).exp()
    return 1 - survivals[level]


def exposure(devices, p, model, over=None):
    """100 * sum v P / sum v; with `over`, N and the sum of v are those of these devices."""
    over = devices if over is None else over
    high = max(model["value_high_least"], len(over) * model["value_high_per_device"])
    v = {"low": Decimal(model["value_low"]), "normal": Decimal(model["value_normal"]), "high": Decimal(high)}
    total = sum((v[d.value] for d in over), Decimal(0))
    return 100 * sum((v[d.value] * p[d.id] for d in devices), Decimal(0)) / total if total else Decimal(0)


class Scores:
    """One fleet at one time with the exceptions that count then."""

    def __init__(self, fleet, now):
        self.fleet, self.now = fleet, now
        self.active = [d for d in fleet.devices.values() if d.active(now)]
        self.decisions = Decisions(fleet.exceptions, now)
        self.open = {v: {d.id: self.open_findings(v, d, self.decisions) for d in self.active} for v in VIEWS}
        self.p = {v: {d.id: self.device(d, self.open[v][d.id]) for d in self.active} for v in VIEWS}

    def open_findings(self, view, device, decisions):
        return [(r, w) for r, w in device.findings if not decisions.removes(view, device, (r, None), (r, w), (None, w))]

    def device(self, device, findings):
        level = sum((self.fleet.hazards[w] for _, w in findings), Decimal(0))
        return probability(device.multiplier(self.fleet.model) * level)

    def exposure(self, view, devices):
        return exposure(devices, self.p[view], self.fleet.model)

    def compliant(self, view, device, configuration, decisions):
        return device.states[configuration] == "compliant" or decisions.removes(view, device, (configuration, None))

    def points(self, view, devices, configuration, decisions):
        """Points reached and points there are, of one configuration."""
        applicable = [d for d in devices if d.states.get(configuration, "not_applicable") != "not_applicable"]
        if not applicable:
            return Decimal(0), 0
        points = self.fleet.recommendations[configuration].get("points", 1)
        good = sum(self.compliant(view, d, configuration, decisions) for d in applicable)
        return Decimal(points) * good / len(applicable), points

    def secure(self, view, devices, category=None, decisions=None):
        reached, most = Decimal(0), 0
        for r, facts in self.fleet.recommendations.items():
            if self.fleet.configuration(r) and category in (None, facts.get("category", "os")):
                got, there = self.points(view, devices, r, decisions or self.decisions)
                reached, most = reached + got, most + there
        return {"points": reached, "max_points": most, "percent": 100 * reached / most if most else None}

    def summary(self, devices):
        official = self.exposure("official", devices)
        level = "low" if official < 30 else "medium" if official < 70 else "high"
        return {"devices": len(devices), "exposure": {v: self.exposure(v, devices) for v in VIEWS} | {"level": level},
                "secure": {v: self.secure(v, devices) for v in VIEWS}}

    # --- recommendations

    def impact(self, view, recommendation):
        without = dict(self.p[view])
        for d in self.active:
            if any(r == recommendation for r, _ in self.open[view][d.id]):
                without[d.id] = self.device(d, [f for f in self.open[view][d.id] if f[0] != recommendation])
        return self.exposure(view, self.active) - exposure(self.active, without, self.fleet.model)

    def secure_impact(self, view, recommendation):
        if not self.fleet.configuration(recommendation):
            return Decimal(0)
        reached, most = self.points(view, self.active, recommendation, self.decisions)
        return most - reached

    def exposed(self, view, recommendation):
        """Active devices with a finding of it left in the view."""
        if not self.fleet.configuration(recommendation):
            return [d for d in self.active if any(r == recommendation for r, _ in self.open[view][d.id])]
        return [d for d in self.active if d.states.get(recommendation) == "exposed"
                and not self.compliant(view, d, recommendation, self.decisions)]

    def state(self, recommendation):
        exposed = self.exposed("no_impact", recommendation)
        if not exposed:
            return "resolved"
        whole = self.decisions.by_subject.get((recommendation, None), [])
        groups = set().union(*(e.groups for e in whole if e.scope == "groups"))
        if any(e.scope == "global" for e in whole) or groups >= self.fleet.present_groups():
            return "full_exception"
        of_it = any(r == recommendation for r, _ in self.decisions.by_subject)
        under_it = any(self.decisions.decider((None, w), d) for d in exposed for r, w in d.findings if r == recommendation)
        return "partial_exception" if of_it or under_it else "active"

    def recommendation(self, r):
        alone = {d.id: self.device(d, [f for f in d.findings if f[0] == r]) for d in self.active}
        exposed = self.exposed("no_impact", r)
        return {"id": r, "state": self.state(r), "exposed_devices": len(exposed),
                "exposed_devices_after": len(self.exposed("official", r)),
                "exposure_impact": self.impact("no_impact", r), "exposure_impact_after": self.impact("official", r),
                "exposure_impact_mitigation_like": self.impact("mitigation_like", r),
                "secure_impact": self.secure_impact("no_impact", r),
                "secure_impact_after": self.secure_impact("official", r),
                "standalone_exposure": exposure(self.active, alone, self.fleet.model),
                "weaknesses": len({w for d in exposed for s, w in d.findings if s == r})}

    # --- exceptions

    def matches(self, e, recommendation, weakness):
        return e.subject[0] in (None, recommendation) and e.subject[1] in (None, weakness)

    def worth(self, e):
        """Scores after canceling it (what it suspends returns) less the scores now; of points the other way round."""
        after = Decisions([x for x in self.fleet.exceptions if x is not e], self.now)
        result = {}
        for view, suffix in (("official", ""), ("mitigation_like", "_mitigation_like")):
            p = dict(self.p[view])
            for d in self.active:
                if any(self.matches(e, r, w) for r, w in d.findings):
                    p[d.id] = self.device(d, self.open_findings(view, d, after))
            result["exposure_worth" + suffix] = exposure(self.active, p, self.fleet.model) - self.exposure(view, self.active)
            now, then = (self.secure(view, self.active, None, x)["points"] for x in (self.decisions, after))
            result["secure_worth" + suffix] = now - then
        return result

    def standalone(self, e):
        """Over the known, not excluded devices of its scope, active or not, which give the weights too."""
        scope = [d for d in self.fleet.devices.values() if not d.excluded and e.covers(d)]
        alone = {d.id: self.device(d, [f for f in d.findings if self.matches(e, *f)]) for d in scope}
        return exposure(scope, alone, self.fleet.model)

    def exception(self, e):
        status = "suspended" if e in self.decisions.suspended else e.status(self.now)
        nothing = {n + s: Decimal(0) for n in ("exposure_worth", "secure_worth") for s in ("", "_mitigation_like")}
        worth = self.worth(e) if status == "in_effect" else nothing
        return {"id": e.id, "status": status, **worth, "standalone_exposure": self.standalone(e)}


def report(fleet, now):
    scores = Scores(fleet, now)
    members = {g: [d for d in scores.active if d.group == g] for g in sorted(fleet.present_groups())}
    return {
        "time": now, **scores.summary(scores.active),
        "groups": [{"group": g, **scores.summary(ds)} for g, ds in members.items() if ds],
        "categories": [{"category": c, "secure": {v: scores.secure(v, scores.active, c) for v in VIEWS}}
                       for c in CATEGORIES],
        "recommendations": [scores.recommendation(r) for r in sorted(fleet.recommendations)],
        "exceptions": [scores.exception(e) for e in fleet.exceptions],
    }


def dump(value):
    """JSON, with decimals as numbers of 30 digits."""
    if isinstance(value, Decimal):
        with decimal.localcontext() as context:
            context.prec = 30
            return str(+value) if value else "0"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",\n".join(map(dump, value)) + "]"
    return json.dumps(value)


def read(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield json.loads(line, parse_float=Decimal)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--now", required=True)
    parser.add_argument("--imported")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    fleet = Fleet(read(options.files), milliseconds(options.imported or options.now))
    print(dump(report(fleet, milliseconds(options.now))))


if __name__ == "__main__":
    main()
