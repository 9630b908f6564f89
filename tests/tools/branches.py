#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts branches by layer from a report of gcovr, those apart whose line says `/* unreachable: why */`; or checks these
marks alone.

usage: branches.py COVERAGE.json | branches.py --marks ROOT
"""
import collections
import json
import pathlib
import re
import sys

LAYERS = ("base", "codec", "model", "port", "score", "service", "api")
MARK = re.compile(r"/\* unreachable: (\w.{9,}?) \*/")


def marks_of(path):
    """Reasons by line, and what is wrong with marks."""
    reasons, problems = {}, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if "unreachable" not in line:
            continue
        mark = MARK.search(line)
        if mark:
            reasons[number] = mark[1]
        elif re.search(r"/[/*]\s*unreachable\b", line):
            problems.append(f"{path}:{number}: an unreachable branch without its reason")
    return reasons, problems


def check_marks(root):
    """Every mark of the core has a reason."""
    count, problems = 0, []
    for layer in LAYERS:
        for path in sorted((root / "lib" / layer).glob("*.[ch]")):
            reasons, wrong = marks_of(path)
            count += len(reasons)
            problems += wrong
    print("\n".join(problems) or f"{count} lines with unreachable branches, each with its reason")
    return 1 if problems else 0


def count_branches(report):
    """Prints the figures; fails when a mark is wrong."""
    layers = collections.defaultdict(lambda: [0, 0, 0])
    files, unreachable, problems = [], [], []
    for entry in json.loads(report.read_text(encoding="utf-8"))["files"]:
        path = pathlib.Path(entry["file"])
        reasons, wrong = marks_of(path)
        problems += wrong
        missed = 0
        for line in entry["lines"]:
            branches = line["branches"]
            lost = sum(not branch["count"] for branch in branches)
            reason = reasons.get(line["line_number"])
            if reason and branches and not lost:
                problems.append(f"{path}:{line['line_number']}: said to be unreachable, and taken")
            if reason and lost:
                unreachable.append(f"{path}:{line['line_number']}: {reason}")
            missed += 0 if reason else lost
            for layer in (path.parts[1], "core"):
                counts = layers[layer]
                counts[0] += len(branches) - lost
                counts[1] += len(branches) - (lost if reason else 0)
                counts[2] += lost if reason else 0
        files.append((missed, path))
    for layer, (taken, total, apart) in sorted(layers.items()):
        print(f"{layer:10} {taken:6} of {total:6} branches, {100 * taken / max(1, total):.1f} %; {apart} unreachable")
    for missed, path in sorted(files, key=lambda row: (-row[0], row[1]))[:25]:
        if missed:
            print(f"{missed:5} not taken in {path}")
    print("\n".join(["unreachable:", *unreachable] if unreachable else []))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--marks":
        sys.exit(check_marks(pathlib.Path(sys.argv[2])))
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(count_branches(pathlib.Path(sys.argv[1])))
