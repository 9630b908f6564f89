# SPDX-License-Identifier: MIT
"""Stores in SQLite and PostgreSQL. The latter where REPRIEVE_TEST_POSTGRES says how to reach a server of one's own."""
import multiprocessing
import os
import pathlib
import tempfile
import threading
import unittest
from datetime import timedelta

import reprieve
import support


def work(storage, name, count):
    """One of several processes on a storage."""
    with reprieve.Store(storage, clock=reprieve.ManualClock(support.NOW + timedelta(days=1))) as store, \
            store.session(f"{name}@corp.example", reprieve.Permission.ALL) as session:
        for i in range(count):
            with session.batch(source=name) as facts:
                facts.device(f"{name}-{i}", group=name)


class Stories:
    """What any of them does; `storage()` opens the test's own place again."""

    def test_a_story(self):
        store, clock, ana = support.opened(self.storage())
        with store:
            filed = ana.file_exception(support.request())
            revision, score = store.info().revision, ana.score()
        with reprieve.Store(self.storage(), clock=clock) as again, again.session("ben", reprieve.Permission.VIEW) as ben:
            self.assertEqual(again.info().revision, revision)
            self.assertEqual((ben.score(), ben.exception(filed.exception.id, with_worth=True)),
                             (score, filed.exception))
            self.assertEqual([one.id for one in ben.devices(page=1)], ["pc-17", "pc-18", "srv-1"])
            clock.advance(timedelta(days=40))
            self.assertIs(ben.exception("E-1").status, reprieve.ExceptionStatus.EXPIRED)

    def test_two_stores_at_once(self):
        store, clock, ana = support.opened(self.storage())
        with store, reprieve.Store(self.storage(), clock=clock) as other, \
                other.session("ben@corp.example", reprieve.Permission.ALL) as ben:
            with ben.score_engine() as engine:
                before = engine.read()
                ana.file_exception(support.request())
                self.assertLess(engine.read().exposure_official, before.exposure_official)
                self.assertEqual(engine.read(), ana.score())
            ben.cancel_exception("E-1", "no longer")
            self.assertIs(ana.exception("E-1").status, reprieve.ExceptionStatus.CANCELED)

    def test_processes_side_by_side(self):
        support.opened(self.storage())[0].close()
        context = multiprocessing.get_context("spawn")
        crowd = [context.Process(target=work, args=(self.storage(), name, 15)) for name in ("left", "right")]
        for process in crowd:
            process.start()
        for process in crowd:
            process.join(120)
        self.assertEqual([process.exitcode for process in crowd], [0, 0])
        with reprieve.Store(self.storage()) as store, store.session("x", reprieve.Permission.ALL) as session:
            self.assertEqual(len(session.devices().all()), 33)
            self.assertEqual(store.info().revision, 31)

    def test_conformance(self):
        def fresh():
            maker = self.place()
            return maker
        report = reprieve.testkit.check(fresh, shared=True)
        self.assertEqual(report.failed, ())
        self.assertGreater(report.passed, 45)


class Sqlite(Stories, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.count = pathlib.Path(folder.name), 0
        self.storage = self.place()

    def place(self):
        self.count += 1
        path = self.folder / f"{self.count}.reprieve"
        return lambda: reprieve.SqliteStorage(path, busy=timedelta(seconds=30))

    def test_a_path_will_do(self):
        path = self.folder / "mine"
        support.opened(path)[0].close()
        with reprieve.Store(str(path)) as store:
            self.assertEqual(repr(store), f"<Store in SqliteStorage({str(path)!r}), open>")

    def test_modes(self):
        path = self.folder / "mine"
        with self.assertRaises(reprieve.ReprieveError):
            reprieve.Store(reprieve.SqliteStorage(path, mode=reprieve.SqliteMode.EXISTING))
        support.opened(path)[0].close()
        with reprieve.Store(reprieve.SqliteStorage(path, mode=reprieve.SqliteMode.READ_ONLY)) as store, \
                store.session("x", reprieve.Permission.ALL) as session:
            self.assertEqual(len(session.devices().all()), 3)
            with self.assertRaises(reprieve.ReadOnlyError):
                session.file_exception(support.request())

    def test_check(self):
        path = self.folder / "mine"
        support.opened(path)[0].close()
        storage = reprieve.SqliteStorage(path)
        storage.check()
        data = bytearray(path.read_bytes())
        data[4096:8192] = bytes(4096)
        path.write_bytes(data)
        with self.assertRaises(reprieve.CorruptError):
            storage.check()

    def test_a_name_that_c_would_cut_off(self):
        with self.assertRaises(ValueError):
            reprieve.Store(reprieve.SqliteStorage("a\0b"))


@unittest.skipUnless("REPRIEVE_TEST_POSTGRES" in os.environ, "needs a PostgreSQL server")
class Postgres(Stories, unittest.TestCase):
    count = 0

    def setUp(self):
        self.storage = self.place()

    def place(self):
        Postgres.count += 1
        table = f"reprieve_{Postgres.count}"
        return lambda: reprieve.PostgresStorage(os.environ["REPRIEVE_TEST_POSTGRES"], table=table, quiet=True)

    def test_waiting_for_others(self):
        store, clock, _ = support.opened(self.storage())
        with store, reprieve.Store(self.storage(), clock=clock) as other:
            revision = other.info().revision
            self.assertEqual(other.wait(revision, timedelta(milliseconds=1)), revision)
            later = threading.Timer(0.2, work, (self.storage(), "later", 1))
            later.start()
            self.assertEqual(other.wait(revision, timedelta(seconds=60)), revision + 1)
            later.join()

    def test_no_server(self):
        with self.assertRaises(reprieve.StorageError) as caught:
            reprieve.Store(reprieve.PostgresStorage("host=/nowhere", reconnect=timedelta(milliseconds=1)))
        self.assertIn("/nowhere", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
