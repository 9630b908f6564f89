#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the code's table of the life of an exception is the one that docs/exceptions.md shows, as diagram and as
table, that every turn has a test named after it, and that nothing ends an exception past the table.

usage: life.py ROOT LIFE_CLI
"""
import pathlib
import re
import subprocess
import sys

MAY_END = {"lib/model/exception_life.c",       # the table
           "lib/codec/record_decisions.c",     # reads what was written
           "lib/service/restore_write.c"}      # takes back what was exported


def differences(what, wanted, got, problems):
    for row in sorted(wanted - got):
        problems.append(f"docs/exceptions.md: the {what} lacks {row}")
    for row in sorted(got - wanted):
        problems.append(f"docs/exceptions.md: the {what} has {row}, which is not in the code")


def main(root, dump):
    root, problems = pathlib.Path(root), []
    lines = subprocess.run([dump], capture_output=True, text=True, check=True).stdout.splitlines()
    turns = [line.split("\t") for line in lines]
    page = (root / "docs/exceptions.md").read_text(encoding="utf-8")

    diagram = re.findall(r"^    (\S+) --> (\S+) : (\w+)$", page, re.M)
    edges = {("[*]" if not f else f, to, cause) for f, cause, to, *_ in turns}
    differences("diagram", edges, set(diagram), problems)

    table = re.findall(r"^\| (\S*) ?\| `(\w+)` \| (\w+) \| `(\w+)` \| ([\w ]+) \|$", page, re.M)
    differences("table", {tuple(t) for t in turns}, set(table), problems)

    tests = (root / "tests/unit/test_exception_life.c").read_text(encoding="utf-8")
    for f, cause, to, *_ in turns:
        if f"TURN({f or 'unfiled'}, {cause}, {to})" not in tests:
            problems.append(f"tests: no test of {f or 'unfiled'}, {cause}, {to}")

    for path in sorted((root / "lib").rglob("*.c")):
        name = path.relative_to(root).as_posix()
        if name not in MAY_END and re.search(r"\bending\s*=[^=]\s*(?!RPV__NOT_ENDED)", path.read_text(encoding="utf-8")):
            problems.append(f"{name}: ends an exception past rpv__life_end()")

    print("\n".join(problems) or f"{len(turns)} turns, the same in code, page and tests")
    return 1 if problems or not turns else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
