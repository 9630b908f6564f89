#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the include directions of the layers: each may include only itself and what is below it.

usage: layers.py ROOT
"""
import pathlib
import re
import sys

# What each folder of lib/ may include, besides itself.
ALLOWED = {
    "base": set(),
    "codec": {"base"},
    "model": {"codec", "base"},
    "port": {"model", "codec", "base"},
    "score": {"port", "model", "codec", "base"},
    "service": {"score", "port", "model", "codec", "base"},
    "api": {"service", "score", "port", "model", "codec", "base"},
    "sqlite": set(),    # components see the core through its public headers alone
    "interop": set(),
    "testkit": set(),
    "postgres": set(),
}
COMPONENT_HEADERS = {"sqlite": ("reprieve/", "reprieve-sqlite/"), "interop": ("reprieve/", "reprieve-interop/"),
                     "testkit": ("reprieve/", "reprieve-testkit/"), "postgres": ("reprieve/", "reprieve-postgres/")}
CALLBACKS = re.compile(r"storage\.(get|scan|commit|begin_read|end_read|wait)\s*\("
                       r"|clock\.now\s*\(|log\.write\s*\(|authorise\.decide\s*\(")


def main(root):
    lib = pathlib.Path(root) / "lib"
    problems = []
    files = sorted(list(lib.rglob("*.c")) + list(lib.rglob("*.h")))
    for path in files:
        layer = path.relative_to(lib).parts[0]
        if layer not in ALLOWED:
            problems.append(f"{path}: no layer of that name")
            continue
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            quoted = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            angled = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
            if quoted:
                target = (path.parent / quoted[1]).resolve()
                try:
                    other = target.relative_to(lib.resolve()).parts[0]
                except ValueError:
                    problems.append(f"{path}:{number}: includes {quoted[1]} from outside lib/")
                    continue
                if other != layer and other not in ALLOWED[layer]:
                    problems.append(f"{path}:{number}: {layer} must not include {other}")
            elif angled and angled[1].startswith("reprieve"):
                good = COMPONENT_HEADERS.get(layer, ("reprieve/",))
                if not angled[1].startswith(good):
                    problems.append(f"{path}:{number}: {layer} must not include <{angled[1]}>")
        if layer not in ("port", "sqlite", "interop", "testkit", "postgres") and CALLBACKS.search(text):
            problems.append(f"{path}: only port calls the host's callbacks")
    print("\n".join(problems) or f"{len(files)} files, every include points down")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
