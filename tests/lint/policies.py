#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks docs/policy.md against the table in lib/model/policy_table.c: every policy with its number and description, and
against the program: every default.

usage: policies.py ROOT PROGRAM
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROW = re.compile(r'\{ (\d+), "([\w.]+)",[^}]*?"([^"]+)" \}', re.S)
RESURFACE = re.compile(r'RESURFACE\((\d+), \w+, "(\w+)"')


def main(root, program):
    root = pathlib.Path(root)
    table = (root / "lib/model/policy_table.c").read_text(encoding="utf-8")
    rows = {name: int(number) for number, name, _ in ROW.findall(table)}
    rows |= {f"resurface.{name}": int(number) for number, name in RESURFACE.findall(table)}
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([program, "--db", f"{folder}/s.db", "policy", "--json"], capture_output=True, text=True,
                             check=True)
    listed = [json.loads(line) for line in run.stdout.splitlines()]
    page = (root / "docs/policy.md").read_text(encoding="utf-8")
    described = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in page.splitlines()
                 if re.match(r"\| \d+ \|", line)]
    problems = []
    wanted = [[str(rows.get(p["name"], "?")), f"`{p['name']}`", f"`{p['default']}`", p["description"]] for p in listed
              if p["part_of"] is None]
    for want, have in zip(wanted, [row[:2] + row[3:] for row in described]):
        if want != have:
            problems.append(f"docs/policy.md: {have} should be {want}")
    if len(wanted) != len(described):
        problems.append(f"docs/policy.md: {len(described)} policies, there are {len(wanted)}")
    print("\n".join(problems) or f"{len(wanted)} policies as the page says, {len(listed) - len(wanted)} parts of them")
    return 1 if problems or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
