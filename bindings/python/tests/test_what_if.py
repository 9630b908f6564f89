# SPDX-License-Identifier: MIT
"""What-ifs from Python: stores whose changes stay in memory."""
import gc
import unittest
from datetime import datetime, timedelta, timezone

import reprieve
from reprieve import Permission, Severity

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def opened():
    store = reprieve.Store(reprieve.MemoryStorage(), clock=reprieve.ManualClock(NOW))
    session = store.session("ana@corp.example", Permission.ALL)
    with session.batch() as facts:
        facts.weakness("CVE-1", severity=Severity.CRITICAL, epss=0.5)
        facts.recommendation("update")
        for device in ("a", "b"):
            facts.device(device, group="Sales")
            facts.assess(device, "update", ["CVE-1"])
    return store, session


def change(session):
    with session.batch() as facts:
        facts.assess("a", "update", [])
    session.file_exception(reprieve.ExceptionRequest(
        recommendation="update", justification=reprieve.Justification.ALTERNATE_MITIGATION, context="it is covered",
        duration=timedelta(days=9), groups=["Sales"]))


class WhatIfs(unittest.TestCase):
    def test_what_it_says_is_what_comes(self):
        store, session = opened()
        with store:
            before = session.score()
            with store.what_if() as what_if, what_if.session("ana@corp.example", Permission.ALL) as there:
                change(there)
                predicted, rows = there.score(), there.recommendations().all()
                self.assertEqual(before, session.score())
                self.assertEqual([], session.exceptions().all())
                self.assertIn("WhatIf over", repr(what_if))
            change(session)
            self.assertEqual(predicted, session.score())
            self.assertEqual(rows, session.recommendations().all())

    def test_its_time_stands_still_or_is_its_own(self):
        store, session = opened()
        clock = reprieve.ManualClock(NOW)
        with store, store.what_if() as still, store.what_if(clock=clock) as moving:
            clock.advance(timedelta(days=400))
            self.assertEqual(NOW, still.info().now)
            self.assertEqual(NOW + timedelta(days=400), moving.info().now)
            with moving.session("bob", Permission.VIEW) as bob:
                self.assertEqual(0, bob.score().devices)
            self.assertEqual(2, session.score().devices)

    def test_it_ends_with_the_next_commit(self):
        store, session = opened()
        with store, store.what_if() as what_if, what_if.session("ana", Permission.ALL) as there:
            change(session)
            with self.assertRaisesRegex(reprieve.BusyError, "open it again"):
                there.score()
            self.assertGreater(session.score().devices, 0)

    def test_closing_a_store_closes_its_what_ifs(self):
        store, _ = opened()
        what_if = store.what_if()
        there = what_if.session("ana", Permission.ALL)
        change(there)
        there.score()
        store.close()
        self.assertTrue(what_if.closed and there.closed)
        store, _ = opened()
        store.what_if()
        gc.collect()
        store.close()

    def test_it_is_refused(self):
        store, _ = opened()
        with store, store.what_if() as what_if:
            with self.assertRaises(reprieve.RefusedError):
                what_if.what_if()
            with self.assertRaises(TypeError):
                store.what_if(clock=3)


if __name__ == "__main__":
    unittest.main()
