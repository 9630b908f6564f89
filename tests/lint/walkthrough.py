#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs examples/run with a build, and checks that what README.md shows of it (its `console` blocks) is what it prints.
With --update it writes the blocks of README.md anew, each from the last command in the output with the same first line.

usage: walkthrough.py ROOT BUILD [--update]
"""
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)\n```$", re.S | re.M)


def plain(text):
    return "\n".join(line.rstrip() for line in text.splitlines())


def update(path, readme, printed):
    parts = [p for p in re.split(r"\n\n(?=\$ )|\n\n\n(?==)", printed) if p.startswith("$ ")]
    commands = {part.splitlines()[0]: part for part in parts}
    for block in BLOCK.findall(readme):
        readme = readme.replace(block, commands[block.splitlines()[0]].rstrip("\n"))
    path.write_text(readme, encoding="utf-8")


def main(root, build, option=None):
    path = pathlib.Path(root) / "README.md"
    readme = path.read_text(encoding="utf-8")
    run = subprocess.run([pathlib.Path(root) / "examples/run", build], capture_output=True, text=True)
    printed = plain(run.stdout)
    if run.returncode:
        print(f"examples/run: exit status {run.returncode}\n{printed}{run.stderr}")
        return 1
    if option == "--update":
        update(path, readme, printed)
        return 0
    blocks = BLOCK.findall(readme)
    stale = [block for block in blocks if plain(block) not in printed]
    for block in stale:
        print(f"README.md shows what examples/run does not print (ninja readme-update writes it anew):\n{block}\n")
    if stale or not blocks:
        print(printed)
        return 1
    print(f"{len(blocks)} blocks")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
