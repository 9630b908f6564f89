#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Facts in, an exception, the scores before and after it, and why something is hidden.

usage: quickstart.py [FILE]
"""
import sys
from datetime import timedelta

import reprieve
from reprieve import Justification, Permission, Severity, Value

CHROME = "va-_-google-_-chrome"


def report(session):
    with session.batch(source="scanner") as facts:  # all or nothing
        facts.weakness("CVE-2024-4671", severity=Severity.HIGH, epss=0.02)
        facts.recommendation(CHROME, title="Update Chrome")
        facts.device("pc-17", group="Sales", value=Value.HIGH)
        facts.assess("pc-17", CHROME, ["CVE-2024-4671"])


def main(path=None):
    storage = reprieve.SqliteStorage(path) if path else reprieve.MemoryStorage()
    with reprieve.Store(storage) as store, store.session("ana@corp.example", Permission.ALL) as ana:
        report(ana)
        for one in ana.recommendations(limit=10):
            print(f"{one.id}: {one.title}, {one.exposed_devices} exposed, impact {one.exposure_impact:.3f}")
        filing = ana.file_exception(reprieve.ExceptionRequest(
            recommendation=CHROME, justification=Justification.ALTERNATE_MITIGATION,
            context="browser isolation covers it", duration=timedelta(days=90)))
        print(f"{filing.exception.id}: {filing.message}")
        print(f"exposure score {filing.before.exposure_official:.3f} -> {filing.after.exposure_official:.3f}")
        print(ana.explain("pc-17", CHROME).message)


if __name__ == "__main__":
    main(*sys.argv[1:])
