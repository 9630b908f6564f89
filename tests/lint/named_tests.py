#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests that pages of docs/ name are there, and run; files of tests/ that they name are there.

usage: named_tests.py SOURCE_ROOT
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
run = set()
for path in (root / "tests").rglob("*.c"):
    run.update(re.findall(r"(?:cmocka_unit_test\w*|\bTEST)\(\s*(test_\w+)", path.read_text()))
named, missing = 0, []
for page in sorted((root / "docs").glob("*.md")):
    for name in re.findall(r"`(test_\w+)`", page.read_text()):
        named += 1
        if name not in run:
            missing.append(f"{page.relative_to(root)}: there is no test {name}")
    for name in sorted(set(re.findall(r"`(tests/[\w./-]+)[` ]", page.read_text()))):
        if not (root / name).exists():
            missing.append(f"{page.relative_to(root)}: there is no {name}")
if not named:
    missing.append("no page names any test")
print("\n".join(missing) if missing else f"{named} tests named, all there")
sys.exit(bool(missing))
