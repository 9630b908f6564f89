#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that what the conformance kit quotes stands in the contract: every rule's sentence occurs in storage.h, no two
rules have one name, and docs/storage.md lists each rule.

usage: contract.py ROOT
"""
import pathlib
import re
import sys

RULE = re.compile(r'\{ "(\w+)", "([\w-]+)",\s*"((?:[^"\\]|\\.)*)",\s*\w+ \}')


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"^\s*\*(?!/)|/\*\*?|\*/", " ", text, flags=re.M))


def main(root):
    root = pathlib.Path(root)
    contract = plain((root / "include/reprieve/storage.h").read_text(encoding="utf-8"))
    page = (root / "docs/storage.md").read_text(encoding="utf-8")
    problems, names = [], set()
    for path in sorted((root / "lib/testkit").glob("rules_*.c")):
        for part, name, sentence in RULE.findall(path.read_text(encoding="utf-8")):
            if sentence not in contract:
                problems.append(f"{path.name}: {name}: storage.h does not say: {sentence}")
            if name in names:
                problems.append(f"{path.name}: {name} occurs twice")
            if f"`{name}`" not in page:
                problems.append(f"docs/storage.md: {name} is not listed")
            names.add(name)
    print("\n".join(problems) or f"{len(names)} rules, each with its sentence")
    return 1 if problems or len(names) < 40 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
