#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program with a PostgreSQL server of its own, on a Unix socket in a temporary folder. The program finds the
connection string in REPRIEVE_TEST_POSTGRES. Ends with 77 (skipped) where no server is installed.

usage: in_postgres.py PROGRAM [ARGUMENT]...
"""
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
SETTINGS = {
    "listen_addresses": "", "fsync": "off",  # the machine does not crash here, only the server
    "shared_buffers": "64MB", "max_connections": "60", "max_wal_size": "512MB", "log_min_messages": "fatal",
    "restart_after_crash": "on", "autovacuum_naptime": "10s",
}


def programs():
    """The folder of the newest server's programs, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb") + glob.glob("/usr/local/pgsql/bin/initdb")
    if found:
        newest = max(found, key=lambda p: [int(n) for n in p.split("/") if n.isdigit()])
        return pathlib.Path(newest).parent
    there = shutil.which("initdb")
    return pathlib.Path(there).parent if there else None


class Server:
    """A server in a new folder. It refuses to run as root: then it runs as somebody else."""

    def __init__(self, binaries):
        self.binaries = binaries
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="reprieve-pg-", dir="/tmp"))  # socket names are short
        self.process = None
        self.who = {}
        if os.geteuid() == 0:
            names = {user.pw_name for user in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self.who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.folder.chmod(0o755)
        self.conninfo = f"host={self.folder} user=tester dbname=postgres"
        self.run("initdb", "-D", self.folder / "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale",
                 "--no-sync")

    def run(self, name, *arguments):
        subprocess.run([self.binaries / name, *arguments], check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, **self.who)

    def answers(self):
        return subprocess.run([self.binaries / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0

    def start(self):
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder,
                                             *settings], stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                                            **self.who)
        for _ in range(600):
            if self.answers():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit(f"the server does not start:\n{(self.folder / 'log').read_text(errors='replace')}")

    def kill(self):
        """Kills the server and the processes that it started, all with SIGKILL: nothing is written down any more."""
        children = self.children()
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        while any(pathlib.Path(f"/proc/{pid}").exists() for pid in children):
            time.sleep(0.01)

    def children(self):
        found = []
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                name, _, rest = pathlib.Path(stat).read_text().rpartition(")")
            except OSError:
                continue
            if int(rest.split()[1]) == self.process.pid:
                found.append(int(name.split()[0]))
        return found

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def start():
    """A running server; ends the test as skipped where none is installed."""
    binaries = programs()
    if not binaries:
        print("no PostgreSQL server is installed")
        sys.exit(SKIPPED)
    server = Server(binaries)
    server.start()
    return server


def main(program, *arguments):
    server = start()
    try:
        environment = dict(os.environ, REPRIEVE_TEST_POSTGRES=server.conninfo)
        return subprocess.run([program, *arguments], check=False, env=environment).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
