#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that versions agree: meson.build, version.h, CHANGELOG.md, the soversion; that every entry of CHANGELOG.md says
what it does to the ABI; and that what a header calls `@since` is the node of the version script.

usage: release.py ROOT
"""
import pathlib
import re
import sys

MAPS = {"lib/libreprieve.map": "include/reprieve", "lib/sqlite/libreprieve-sqlite.map": "include/reprieve-sqlite",
        "lib/interop/libreprieve-interop.map": "include/reprieve-interop",
        "lib/testkit/libreprieve-testkit.map": "include/reprieve-testkit",
        "lib/postgres/libreprieve-postgres.map": "include/reprieve-postgres"}


def versions(root, problems):
    project = re.search(r"version: '([\d.]+)'", (root / "meson.build").read_text())[1]
    major, minor, patch = map(int, project.split("."))
    header = (root / "include/reprieve/version.h").read_text()
    number = re.search(r"#define RPV_VERSION (\d+)", header)[1]
    text = re.search(r'#define RPV_VERSION_TEXT "([^"]*)"', header)[1]
    if int(number) != major * 10000 + minor * 100 + patch or text != project:
        problems.append(f"version.h says {number} and {text}, meson.build {project}")
    for soversion in re.findall(r"soversion: '(\d+)'", (root / "lib/meson.build").read_text()):
        if int(soversion) != major:
            problems.append(f"lib/meson.build: soversion {soversion} in version {project}")
    return project


def changelog(root, project, problems):
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.M)[1:]
    top = releases[0].split()[0] if releases else "nothing"
    if top != project:
        problems.append(f"CHANGELOG.md begins with {top}, meson.build says {project}")
    for release in releases:
        entries = re.split(r"^- ", release, flags=re.M)[1:]
        for entry in entries:
            if not re.search(r"^\s+ABI: (none|added|broken)\b", entry, re.M):
                problems.append(f"CHANGELOG.md: no ABI line: {entry.splitlines()[0]}")
        if not entries:
            problems.append(f"CHANGELOG.md: {release.split()[0]} has no entry")


def nodes(root, script, problems):
    """Symbol -> version of its node."""
    text = re.sub(r"/\*.*?\*/", "", (root / script).read_text(), flags=re.S)
    found, before = {}, None
    for node, body, parent in re.findall(r"([\w.]+)\s*\{(.*?)\}\s*([\w.]*)\s*;", text, re.S):
        if before and parent != before:
            problems.append(f"{script}: node {node} does not follow {before}")
        before = node
        for symbol in re.findall(r"\b(rpv_\w+)\s*;", body):
            found[symbol] = node.rsplit("_", 1)[1]
    return found


def since(root, problems):
    count = 0
    for script, folder in MAPS.items():
        symbols = nodes(root, script, problems)
        for header in sorted((root / folder).glob("*.h")):
            text = header.read_text(encoding="utf-8")
            for comment, symbol in re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*RPV_API\b[^;{]*?\b(rpv_\w+)\s*\(", text, re.S):
                said = re.search(r"@since ([\d.]+)", comment)
                count += 1
                if symbols.get(symbol) != (said[1] if said else None):
                    problems.append(f"{header.relative_to(root)}: {symbol}: @since {said and said[1]}, "
                                    f"in the map {symbols.get(symbol)}")
    return count


def main(root):
    root = pathlib.Path(root)
    problems = []
    project = versions(root, problems)
    changelog(root, project, problems)
    count = since(root, problems)
    print("\n".join(problems) or f"version {project}, {count} functions")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
