#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the core with many compilers for many machines and compares the bits of all scores with golden.txt.

usage: across.py ROOT [--all | --update | --run PROGRAM]

Without --all a few builds that differ most, within a minute of CPU. Compilers and emulators that are not installed are
named and left out. In the short form only what scores depend on is built with the
options of the build, the rest once per compiler without optimisation. --update writes golden.txt anew from the first
build: only for a change that is meant to change scores. --run compares what one program prints that is built already.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ARITHMETIC = ("base/", "score/", "model/cvss")
X86 = ([], ["nearest"])
ARM64 = (["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"], ["nearest"])
ARM32 = (["qemu-arm", "-L", "/usr/arm-linux-gnueabihf"], ["nearest"])
BIG = (["qemu-s390x", "-L", "/usr/s390x-linux-gnu"], ["nearest"])
MODES = ["nearest", "up", "down", "zero"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
SHORT = [
    ("gcc", ["-O3", "-march=x86-64-v3", "-ffast-math"], ([], MODES)),
    ("clang", ["-O3"], X86),
    ("aarch64-linux-gnu-gcc", ["-O2"], ARM64),
    ("arm-linux-gnueabihf-gcc", ["-O2"], ARM32),
]
LONG = SHORT + [
    *[(compiler, [level], ([], MODES)) for compiler in ("gcc", "clang") for level in ("-O0", "-O1", "-O2", "-O3", "-Os")],
    *[(compiler, ["-O3", "-march=x86-64-v3", "-ffp-contract=fast"], ([], MODES)) for compiler in ("gcc", "clang")],
    *[(compiler, ["-O2", "-DRPV__NO_INT128"], X86) for compiler in ("gcc", "clang")],
    *[(compiler, ["-O1"] + SANITIZE, X86) for compiler in ("gcc", "clang")],
    ("gcc", ["-O2", "-mfpmath=387"], X86),
    ("gcc", ["-O2", "-flto"], X86),
    *[("aarch64-linux-gnu-gcc", [level], ARM64) for level in ("-O0", "-O3")],
    *[("arm-linux-gnueabihf-gcc", [level], ARM32) for level in ("-O0", "-O3")],
    *[("s390x-linux-gnu-gcc", [level], BIG) for level in ("-O0", "-O3")],
]


def core_sources(root):
    listed = (root / "lib/meson.build").read_text(encoding="utf-8")
    block = listed.split("core_sources = files(", 1)[1].split("\n)", 1)[0]
    return re.findall(r"'([^']+\.c)'", block)


def compile_many(root, compiler, options, folder, sources):
    """Compiles into `folder`, each layer in a folder of its own, for names repeat; returns the objects."""
    flags = ["-std=c11", "-D_DEFAULT_SOURCE", "-I", str(root / "include"), "-w", *options]
    for layer in sorted({source.split("/")[0] for source in sources}):
        (folder / layer).mkdir(parents=True, exist_ok=True)
        paths = [str(root / "lib" / source) for source in sources if source.startswith(layer + "/")]
        subprocess.run([compiler, *flags, "-c", *paths], cwd=folder / layer, check=True)
    return sorted(folder.glob("*/*.o"))


class Builder:
    def __init__(self, root, work, whole):
        self.root, self.work, self.whole = root, work, whole
        self.rest = {}
        self.sources = core_sources(root)

    def build(self, number, compiler, options):
        """The program built so; the part that does no arithmetic is shared between builds of the short form."""
        arithmetic = [s for s in self.sources if self.whole or s.startswith(ARITHMETIC)]
        others = [s for s in self.sources if s not in arithmetic]
        objects = list(compile_many(self.root, compiler, options, self.work / f"{number}", arithmetic))
        if others:
            if compiler not in self.rest:
                self.rest[compiler] = compile_many(self.root, compiler, ["-O0"], self.work / f"{compiler}-rest", others)
            objects += self.rest[compiler]
        program = self.work / f"scores-{number}"
        subprocess.run([compiler, "-std=c11", "-D_DEFAULT_SOURCE", "-I", str(self.root / "include"), *options,
                        str(self.root / "tests/portability/scores.c"), *map(str, objects), "-lm", "-pthread", "-o",
                        str(program)], check=True)
        return program


def first_difference(expected, got):
    for number, (a, b) in enumerate(zip(expected.splitlines(), got.splitlines()), 1):
        if a != b:
            return f"line {number}:\n  golden {a}\n  got    {b}"
    return f"{len(expected.splitlines())} lines expected, {len(got.splitlines())} got"


def printed(emulator, program, mode):
    return subprocess.run([*emulator, str(program), mode], check=True, stdout=subprocess.PIPE).stdout.decode()


def run_only(golden, program):
    """1 when any rounding mode gives other bits."""
    for mode in MODES:
        got = printed([], program, mode)
        if got != golden:
            print(f"DIFFERS: rounding {mode}: {first_difference(golden, got)}")
            return 1
    return 0


def main(arguments):
    root = pathlib.Path(arguments[0]).resolve()
    golden = root / "tests/portability/golden.txt"
    if "--run" in arguments:
        return run_only(golden.read_text(encoding="utf-8"), arguments[-1])
    ran, failed = 0, 0
    with tempfile.TemporaryDirectory() as work:
        builder = Builder(root, pathlib.Path(work), "--all" in arguments)
        for number, (compiler, options, (emulator, modes)) in enumerate(LONG if "--all" in arguments else SHORT):
            name = " ".join([compiler, *options])
            missing = [tool for tool in (compiler, *emulator[:1]) if not shutil.which(tool)]
            if missing:
                print(f"left out: {name}: no {missing[0]}")
                continue
            program = builder.build(number, compiler, options)
            for mode in modes:
                got = printed(emulator, program, mode)
                if "--update" in arguments:
                    golden.write_text(got, encoding="utf-8")
                    return 0
                ran += 1
                if got == golden.read_text(encoding="utf-8"):
                    print(f"the same: {name}, rounding {mode}")
                else:
                    failed += 1
                    print(f"DIFFERS: {name}, rounding {mode}: {first_difference(golden.read_text(encoding='utf-8'), got)}")
    print(f"{ran} runs, {failed} differ")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
