# SPDX-License-Identifier: MIT
"""Storages written in Python: the conformance kit, whole stories, and what they raise."""
import unittest

import reprieve
import support


class Kit(unittest.TestCase):
    def test_dict_storage_keeps_the_contract(self):
        example = support.example("dict_storage")

        def fresh():
            shelf = example.Shelf()
            return lambda: example.DictStorage(shelf)
        report = reprieve.testkit.check(fresh, shared=True)
        self.assertEqual(report.failed, ())
        self.assertGreater(report.passed, 45)

    def test_a_storage_that_forgets_an_expectation_is_found_out(self):
        example = support.example("dict_storage")

        class Careless(example.DictStorage):
            def commit(self, writes, expected):
                super().commit(writes, [])

        def fresh():
            shelf = example.Shelf()
            return lambda: Careless(shelf)
        self.assertTrue(reprieve.testkit.check(fresh, shared=True).failed)


class Stories(unittest.TestCase):
    def setUp(self):
        self.example = support.example("dict_storage")

    def test_same_answers_as_in_memory(self):
        answers = []
        for storage in (reprieve.MemoryStorage(), self.example.DictStorage()):
            store, clock, session = support.opened(storage)
            with store:
                filing = session.file_exception(support.request())
                clock.advance(filing.exception.end - clock.now())
                store.tick()
                answers.append((session.score(), session.events().all(), session.exceptions().all()))
        self.assertEqual(*answers)
        self.assertEqual(answers[0][2][0].status, reprieve.ExceptionStatus.EXPIRED)

    def test_two_stores_share_a_shelf(self):
        shelf = self.example.Shelf()
        store, clock, session = support.opened(self.example.DictStorage(shelf))
        with store, reprieve.Store(self.example.DictStorage(shelf), clock=clock) as other:
            session.file_exception(support.request())
            with other.session("ben@corp.example", reprieve.Permission.VIEW) as ben:
                self.assertEqual([one.id for one in ben.exceptions()], ["E-1"])

    def test_what_a_storage_raises_comes_out(self):
        class Broken(self.example.DictStorage):
            failing = None

            def get(self, key):
                if self.failing:
                    raise self.failing
                return super().get(key)
        storage = Broken()
        store, _, session = support.opened(storage)
        with store:
            for failing in (ZeroDivisionError("host"), KeyboardInterrupt(), reprieve.FullError("no space", host_code=28),
                            reprieve.ConflictError("not in a get")):
                storage.failing = failing
                with self.subTest(failing), self.assertRaises((type(failing), reprieve.StorageError)) as caught:
                    session.exception("E-1")
                if isinstance(failing, reprieve.FullError):
                    self.assertEqual((caught.exception.host_code, caught.exception.message), (28, "no space"))
            storage.failing = None
            self.assertEqual(session.recommendation(support.CHROME).exposed_devices, 2)

    def test_what_a_scan_raises_halfway_comes_out(self):
        class Halfway(self.example.DictStorage):
            failing = False

            def scan(self, start, end, reverse, limit):
                for pair in super().scan(start, end, reverse, limit):
                    yield pair
                    if self.failing:
                        raise OSError(5, "disk")
        storage = Halfway()
        store, _, session = support.opened(storage)
        with store:
            storage.failing = True
            with self.assertRaisesRegex(OSError, "disk"):
                session.devices().all()

    def test_read_only(self):
        shelf = self.example.Shelf()
        support.opened(self.example.DictStorage(shelf))[0].close()

        class ReadOnly(self.example.DictStorage):
            read_only = True
        with reprieve.Store(ReadOnly(shelf), clock=reprieve.ManualClock(support.NOW)) as store:
            session = store.session("ana@corp.example", reprieve.Permission.ALL)
            self.assertEqual(len(session.devices().all()), 3)
            with self.assertRaises(reprieve.ReadOnlyError):
                session.file_exception(support.request())

    def test_closed_once_also_when_opening_fails(self):
        closed = []

        class Counted(self.example.DictStorage):
            def close(self):
                closed.append(self)

            def get(self, key):
                raise RuntimeError("unplugged")

            scan = get
        with self.assertRaises((RuntimeError, TypeError)):
            reprieve.Store(Counted())
        self.assertEqual(len(closed), 1)


if __name__ == "__main__":
    unittest.main()
