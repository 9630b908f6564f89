#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Uses what is installed as a stranger would: installs a build into a temporary folder, compiles and runs a host in C and
in C++ with nothing but pkg-config, and builds the project as a Meson subproject of a host.

usage: check.py installed MESON BUILD SOURCE PREFIX COMPONENT...
       check.py subproject MESON SOURCE
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HOST = pathlib.Path(__file__).parent / "subproject"
COMPILERS = (["cc", "-std=c11"], ["c++", "-x", "c++", "-std=c++11"])


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def installed(folder, meson, build, source, prefix, *components):
    run(meson, "install", "-C", build, "--no-rebuild", "--destdir", folder / "root")
    top = folder / "root" / prefix.lstrip("/")
    headers = {p.relative_to(pathlib.Path(source) / "include") for p in pathlib.Path(source, "include").rglob("*.h")
               if p.parent.name in components}
    found = {p.relative_to(top / "include") for p in (top / "include").rglob("*.h")}
    if headers != found:
        sys.exit(f"headers not installed: {headers - found}, installed besides: {found - headers}")
    # The pkg-config files name the prefix; here it lies below a temporary folder.
    pkgconfig = folder / "pkgconfig"
    pkgconfig.mkdir()
    for component in components:
        [file] = top.rglob(f"{component}.pc")
        text = file.read_text()
        if f"prefix={prefix}\n" not in text:
            sys.exit(f"{file} does not name the prefix {prefix}")
        (pkgconfig / file.name).write_text(text.replace(f"prefix={prefix}\n", f"prefix={top}\n"))
    environment = dict(os.environ, PKG_CONFIG_PATH=str(pkgconfig))
    libdir = run("pkg-config", "--variable=libdir", "reprieve", env=environment).strip()
    environment["LD_LIBRARY_PATH"] = libdir
    defines = [f"-DWITH_{c.partition('-')[2].upper()}" for c in components if "-" in c]
    flags = run("pkg-config", "--cflags", *components, env=environment).split()
    libraries = run("pkg-config", "--libs", *components, env=environment).split()
    for compiler in COMPILERS:
        program = folder / "host"
        run(*compiler, "-Wall", "-Wextra", "-Werror", *defines, *flags, HOST / "host.c", "-x", "none", "-o", program,
            *libraries)
        print(" ".join(compiler), run(program, env=environment).strip())


def subproject(folder, meson, source):
    host = folder / "host"
    shutil.copytree(HOST, host)
    for name in ("meson.build", "meson_options.txt", "include", "lib", "bindings", "examples", "tests", "docs"):
        path, copy = pathlib.Path(source, name), host / "subprojects" / "reprieve" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, copy)
    off = [f"-Dreprieve:{option}=disabled" for option in ("tests", "program", "sqlite", "postgres", "interop")]
    run(meson, "setup", folder / "build", host, "--wrap-mode=forcefallback", *off)
    run("ninja", "-C", folder / "build", "host")
    print(run(folder / "build" / "host").strip())


def main(what, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        {"installed": installed, "subproject": subproject}[what](pathlib.Path(folder), *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
