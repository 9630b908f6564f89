#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the program prints: for people no line beyond the terminal's width and nothing that could steer the
terminal, for programs every field that scripts rely on.

usage: test_output.py PROGRAM ROOT
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
NOW = "2031-05-01T08:00:00Z"
LONG = "a" * 100

# Facts that are hard to print: long ids, wide and combining characters, control characters, long words, many groups.
HARD = [
    {"type": "device", "id": "0123456789abcdef" * 4, "name": "数据库服务器.办公室.example", "group": "Außendienst Süd-West"},
    {"type": "device", "id": "esc", "name": "\x1b[31mred\x1b[0m", "group": "Lab\x07oratory", "tags": ["x"]},
    {"type": "device", "id": "bidi", "name": "abc\u202edef", "group": "e\u0301quipe"},
    {"type": "weakness", "id": "GHSA-" + LONG, "severity": "critical", "epss": 0.97531, "exploit": "kit",
     "known_exploited": "2031-01-01", "title": "標題 " * 30},
    {"type": "recommendation", "id": "va-_-" + LONG + "-_-" + LONG, "title": "標題 " * 60, "component": "x" * 200,
     "description": "First line.\nSecond line, " + "which goes on and on, " * 20 + "\n\n" + "u" * 300,
     "steps": "\x1b]0;owned\x07 do it"},
    {"type": "recommendation", "id": "sca-_-scid-999999", "kind": "configuration_change", "points": 10, "title": "設定"},
] + [{"type": "group", "name": f"group number {n} with a rather long name"} for n in range(30)]
HARD += [{"type": "assessment", "device": d["id"], "recommendation": HARD[4]["id"], "version": "1.0." + "9" * 40,
          "weaknesses": [HARD[3]["id"]]} for d in HARD[:3]]
HARD += [{"type": "assessment", "device": d["id"], "recommendation": "sca-_-scid-999999", "state": "exposed"}
         for d in HARD[:3]]

MAIL = "va-_-orbit-_-mail"
EXCEPT = ["--context", "because of " + LONG + " and more", "--for", "30d"]
CHANGES = [
    ["except", MAIL, "--justification", "alternate_mitigation", "--group", "Finance", "--group", "Lab", *EXCEPT],
    ["except", MAIL, "--justification", "risk_accepted", "--device", HARD[0]["id"], "--device", "fin-1", *EXCEPT],
    ["except", HARD[4]["id"], "--justification", "planned_remediation", *EXCEPT, "--ticket", "CHG-" + LONG],
    ["except", HARD[4]["id"], "--weakness", HARD[3]["id"], "--justification", "no_patch_available", *EXCEPT,
     "--evidence", "https://wiki.example/" + LONG],
    ["except", "sca-_-scid-999999", "--justification", "third_party_control", "--all-groups", *EXCEPT],
    ["except", MAIL, "--justification", "risk_accepted", *EXCEPT, "--dry-run"],
    ["except", MAIL, "--justification", "risk_accepted", *EXCEPT],
    ["cancel", "E-1", "--group", "Lab", "--reason", "no longer " + LONG],
    ["remediate", HARD[4]["id"], "--due", "2031-05-09", "--priority", "high", "--notes", "数" * 60],
    ["remediate", HARD[4]["id"]],
    ["remediate", MAIL, "--group", "Finance"],
    ["complete", "R-3"],
]
VIEWS = [
    ["recommendations", "--state", "all"], ["show", MAIL], ["show", HARD[4]["id"]], ["show", "sca-_-scid-999999"],
    ["devices"], ["devices", "--recommendation", HARD[4]["id"]], ["weaknesses"], ["exceptions"],
    *[["exceptions", "--id", f"E-{n}"] for n in range(1, 7)], ["remediations"], ["score"], ["score", "--by", "group"],
    ["score", "--by", "category"], ["events"], ["watch"],
]
EXPLAINED = [["explain", HARD[0]["id"], HARD[4]["id"], HARD[3]["id"]], ["explain", HARD[0]["id"], HARD[4]["id"]],
             ["explain", "fin-1", MAIL], ["explain", "lab-1", MAIL, "CVE-2031-1001"]]
COMMANDS = ["import", "recommendations", "show", "devices", "weaknesses", "except", "exceptions", "cancel",
            "explain", "watch", "remediate", "remediations", "complete", "score", "events", "export"]

SCORE = ["time", "devices", "exposure.official", "exposure.no_impact", "exposure.mitigation_like", "exposure.level"] + [
    f"secure.{view}.{field}" for view in ("official", "no_impact", "mitigation_like")
    for field in ("points", "max_points", "percent")]
EXCEPTION = ["id", "recommendation", "weakness", "scope", "groups", "devices", "justification", "impact", "status",
             "status_reason", "filed", "start", "end", "ended", "requester", "exposure_worth",
             "exposure_worth_mitigation_like", "secure_worth"]
REMEDIATION = ["id", "recommendation", "status", "targets", "fixed", "priority", "due", "overdue", "ticket_status",
               "completed_by"]
FIELDS = [
    (["score"], SCORE + ["model"]),
    (["score", "--by", "group"], SCORE + ["model", "group"]),
    (["recommendations", "--state", "all"],
     ["id", "state", "kind", "category", "title", "exposed_devices", "exposed_devices_after", "exposure_impact",
      "exposure_impact_after", "secure_impact", "secure_impact_after", "weaknesses", "public_exploit", "active_alert",
      "remediations"]),
    (["except", MAIL, "--justification", "risk_accepted", *EXCEPT, "--dry-run"],
     EXCEPTION + ["message", "conflicts", "refusals", "suspends"] + ["before." + f for f in SCORE]
     + ["after." + f for f in SCORE]),
    (["except", "va-_-orbit-_-draw", "--justification", "risk_accepted", *EXCEPT], EXCEPTION + ["message"]),
    (["exceptions"], EXCEPTION),
    (["watch", "--within", "40d"], EXCEPTION + ["on"]),
    (["explain", "fin-1", MAIL], ["visible", "decided_by", "overruled", "also", "rule", "exceptions", "findings"]),
    (["remediations"], REMEDIATION),
    (["remediate", "va-_-orbit-_-draw"], REMEDIATION),
    (["events"], ["sequence", "time", "actor", "type"]),
]

problems = []


def run(folder, *arguments, columns=80, now=NOW):
    environment = dict(os.environ, COLUMNS=str(columns))
    return subprocess.run([PROGRAM, "--db", folder + "/store.db", "--now", now, "--as", "mona@office.example", *arguments],
                          capture_output=True, encoding="utf-8", env=environment, timeout=60)


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def check_text(what, done, columns, status=0):
    if done.returncode != status:
        problems.append(f"{what}: exit status {done.returncode}: {done.stderr}")
    for line in done.stdout.splitlines():
        if width(line) > columns:
            problems.append(f"{what}: {width(line)} columns instead of {columns}: {line}")
        if line != line.rstrip():
            problems.append(f"{what}: blanks at the end: {line!r}")
    for character in done.stdout + done.stderr:
        if character != "\n" and (unicodedata.category(character) == "Cc" or character in "\u202a\u202b\u202d\u202e"):
            problems.append(f"{what}: prints the control character {character!r}")
            break


def field_of(row, path):
    for part in path.split("."):
        if not isinstance(row, dict) or part not in row:
            return False
        row = row[part]
    return True


def check_fields(folder, arguments, fields):
    done = run(folder, *arguments, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not rows:
        problems.append(f"{arguments}: exit status {done.returncode}, {len(rows)} lines: {done.stderr}")
    for row in rows:
        for path in fields:
            if not field_of(row, path):
                problems.append(f"{arguments}: no field {path} in {row}")
        for name, value in row.items():
            if re.search(r"^(time|filed|start|end|ended|due)$", name) and value is not None:
                if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value):
                    problems.append(f"{arguments}: {name} is {value!r}")


def main():
    for command in COMMANDS:
        check_text(f"{command} --help", run("/nowhere", command, "--help"), 80)
    check_text("--help", run("/nowhere", "--help"), 80)
    with tempfile.TemporaryDirectory() as folder:
        for view in VIEWS:
            if view[0] != "show" and "--id" not in view and "--recommendation" not in view:
                check_text(f"empty store: {view}", run(folder, *view), 80)
        hard = pathlib.Path(folder, "hard.ndjson")
        hard.write_text("".join(json.dumps(row) + "\n" for row in HARD), encoding="utf-8")
        check_text("import", run(folder, "import", str(ROOT / "tests/scenarios/office.ndjson")), 80)
        check_text("import", run(folder, "import", str(hard)), 80)
        for change in CHANGES:
            check_text(change[:2], run(folder, *change), 80)
        for columns in (80, 100, 132):
            for view in VIEWS + EXPLAINED:
                check_text(f"{view} in {columns} columns", run(folder, *view, columns=columns), columns)
        check_text("an unknown id", run(folder, "show", "\x1b[31m"), 80, 1)
        check_text("an unknown option", run(folder, "score", "--\x1b[31m"), 80, 2)
        check_text("an unknown word", run(folder, "exceptions", "--status", "\x1b[31m"), 80, 2)
        refused = run(folder, "except", "va-_-orbit-_-draw", "--justification", "risk_accepted", "--context", "why", "--for",
                      "367d", "--dry-run")
        if "it would be refused" not in refused.stdout or "it would be in effect" in refused.stdout:
            problems.append(f"a preview of what is refused: {refused.stdout}")
        for arguments, fields in FIELDS:
            check_fields(folder, arguments, fields)
        check_text("recorded scores", run(folder, "score", "--record"), 80)
        check_text("scores kept", run(folder, "policy", "--set", "scores_kept=1d"), 80)
        check_text("recorded scores", run(folder, "score", "--record", now="2031-06-01"), 80)
        told = run(folder, "events", columns=132, now="2031-06-01").stdout
        for words in (r"scores recorded \(\d+\): rpv-exposure-1, by",
                      r"scores recorded \(\d+\): rpv-exposure-1; \d+ old ones taken out, by"):
            if not re.search(words, told):
                problems.append(f"what is told of recorded scores: no {words} in {told[-400:]}")
    print("\n".join(problems[:40]) or "fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
