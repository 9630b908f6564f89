#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks README.md: its program is what examples/quickstart.c says, its files and links exist.

A block of code behind the line `<!-- FILE: NAME... -->` must be the parts of FILE between the comments [NAME], in that
order, with an empty line between them.

usage: readme.py ROOT
"""
import pathlib
import re
import sys

BLOCK = re.compile(r"<!-- (\S+): ([\w ]+) -->\n+```\w*\n(.*?)\n```", re.S)


def part(text, name):
    found = re.search(rf"^/\* \[{name}\] \*/\n(.*?)\n/\* \[{name}\] \*/$", text, re.S | re.M)
    return found[1] if found else f"(there is no part [{name}])"


def main(root):
    root = pathlib.Path(root)
    readme = (root / "README.md").read_text(encoding="utf-8")
    problems = []
    blocks = BLOCK.findall(readme)
    for name, parts, block in blocks:
        text = (root / name).read_text(encoding="utf-8")
        wanted = "\n\n".join(part(text, p) for p in parts.split())
        if block.expandtabs(4) != wanted.expandtabs(4):
            problems.append(f"README.md: the block of {name} ({parts}) is not what the file says; it should be:\n{wanted}")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", readme):
        if not (root / link).exists():
            problems.append(f"README.md: there is no {link}")
    if not blocks:
        problems.append("README.md quotes no example")
    print("\n".join(problems) or f"{len(blocks)} blocks")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
