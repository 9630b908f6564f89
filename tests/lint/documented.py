#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the documentation, where every warning is an error, and checks what doxygen 1.9.4 does not: that every
enumerator, struct member, macro and typedef is described, and that functions say since when they exist.

usage: documented.py DOXYGEN DOXYFILE OUTPUT_FOLDER
"""
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml


def described(element):
    return any("".join(part.itertext()).strip() for name in ("briefdescription", "detaileddescription")
               for part in element.findall(name))


def since(element):
    return any(sect.get("kind") == "since" for sect in element.iter("simplesect"))


def check(member, problems):
    where = member.find("location")
    place = f"{where.get('file')}:{where.get('line')}: {member.findtext('name')}" if where is not None else "?"
    if not described(member):
        problems.append(f"{place}: not described")
    if member.get("kind") == "function" and not since(member):
        problems.append(f"{place}: no @since")
    for value in member.findall("enumvalue"):
        if not described(value):
            problems.append(f"{place}: {value.findtext('name')} is not described")


def main(doxygen, doxyfile, output):
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    configuration = pathlib.Path(doxyfile).read_text(encoding="utf-8") + f"\nOUTPUT_DIRECTORY = {output}\n"
    run = subprocess.run([doxygen, "-"], input=configuration, capture_output=True, text=True)
    problems = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    if run.returncode and not problems:
        problems.append(f"doxygen ended with {run.returncode}")
    count = 0
    for path in sorted((output / "xml").glob("*.xml")):
        for member in xml.parse(path).getroot().iter("memberdef"):
            count += 1
            check(member, problems)
    problems = sorted(set(problems))
    print("\n".join(problems) or f"{count} declarations, all described")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
