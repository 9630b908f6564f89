# SPDX-License-Identifier: MIT
"""Closing, collecting, threads, forks, callbacks that come back: defined, and never a crash."""
import contextlib
import ctypes
import gc
import io
import os
import signal
import sys
import threading
import tracemalloc
import unittest
import weakref
from datetime import timedelta

import reprieve
import support


class Closing(unittest.TestCase):
    def test_closed_handles_say_so(self):
        store, _, session = support.opened()
        batch, engine = session.batch(), session.score_engine()
        store.close()
        store.close()
        for use in (store.info, session.score, engine.read, batch.commit, lambda: session.devices().all()):
            with self.assertRaises(reprieve.ClosedError):
                use()
        self.assertTrue(store.closed and session.closed and batch.closed and engine.closed)
        self.assertIn("closed", repr(session))

    def test_collected_in_any_order(self):
        for first in range(3):
            store, _, session = support.opened()
            things = [store, session, session.batch()]
            things.append(things)  # a cycle, so that the collector decides
            del store, session
            things[first] = None
            del things
            gc.collect()

    def test_session_keeps_its_store(self):
        session = support.opened()[2]
        gc.collect()
        self.assertEqual(len(session.groups().all()), 2)

    def test_an_exception_in_the_block_discards_the_batch(self):
        store, _, session = support.opened()
        with self.assertRaises(KeyError), session.batch() as facts:
            facts.device("pc-99")
            raise KeyError
        self.assertEqual(len(session.devices().all()), 3)
        store.close()


class Callbacks(unittest.TestCase):
    def test_clock_that_raises(self):
        class Broken(reprieve.Clock):
            broken = False

            def now(self):
                if self.broken:
                    raise LookupError("no time server")
                return support.NOW
        clock = Broken()
        with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as store:
            clock.broken = True
            with self.assertRaisesRegex(LookupError, "no time server"):
                store.info()
            clock.now = lambda: support.NOW.replace(tzinfo=None)
            with self.assertRaisesRegex(ValueError, "naive"):
                store.info()
            del clock.now
            clock.broken = False
            self.assertEqual(store.info().now, support.NOW)

    def test_callbacks_that_come_back_are_refused(self):
        told = []

        class Curious(reprieve.ManualClock):
            store = None

            def now(self):
                if self.store:
                    for use in (self.store.info, self.store.close,
                                lambda: self.store.session("x", reprieve.Permission.VIEW)):
                        try:
                            use()
                        except reprieve.BusyError as error:
                            told.append(str(error))
                return super().now()
        clock = Curious(support.NOW)
        with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as store:
            clock.store = store
            store.info()
            clock.store = None
        self.assertEqual(len(told), 3)
        self.assertIn("must not use its own store", told[0])

    def test_collecting_in_a_callback_waits(self):
        class Dropping(reprieve.ManualClock):
            kept = None

            def now(self):
                self.kept = None
                gc.collect()
                return super().now()
        clock = Dropping(support.NOW)
        with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as store:
            clock.kept = store.session("x", reprieve.Permission.VIEW)
            before = len(store._core.handles)
            store.info()
            store.info()
            self.assertEqual(len(store._core.handles), before - 1)

    def test_permissions_of_the_host(self):
        asked = []

        def authorise(question):
            asked.append((question.principal, question.permission, question.object))
            return question.permission != reprieve.Permission.EXCEPTIONS
        store, _, session = support.opened(authorise=authorise)
        with store:
            with self.assertRaises(reprieve.DeniedError):
                session.file_exception(support.request(groups=["Sales"]))
        self.assertIn(("ana@corp.example", reprieve.Permission.EXCEPTIONS, support.CHROME), asked)

    def test_permissions_that_raise(self):
        def authorise(question):
            raise LookupError(question.principal)
        with reprieve.Store(reprieve.MemoryStorage(), authorise=authorise) as store:
            with self.assertRaisesRegex(LookupError, "ana"), store.session("ana", reprieve.Permission.ALL) as session:
                session.devices()

    def test_a_log_that_raises_changes_no_outcome(self):
        def log(level, text):
            raise LookupError(text)
        told = []
        store, clock, session = support.opened(log=log)
        with store:
            clock.advance(-timedelta(hours=5))
            hook, sys.unraisablehook = sys.unraisablehook, told.append
            try:
                session.set_policies({"inactive_after": "20d"})
            finally:
                sys.unraisablehook = hook
            self.assertEqual(session.policies("inactive_after").one().value, "20d")
        self.assertIsInstance(told[0].exc_value, LookupError)

    def test_a_storage_that_raises_when_it_is_closed(self):
        class Stuck(support.example("dict_storage").DictStorage):
            def close(self):
                raise LookupError("stuck")
        store, shown = support.opened(Stuck())[0], io.StringIO()
        with contextlib.redirect_stderr(shown):
            store.close()
        self.assertTrue(store.closed)
        self.assertIn("CallbackOfAStore", shown.getvalue())
        self.assertIn("LookupError: stuck", shown.getvalue())

    def test_imports_and_exports_that_come_back(self):
        store, _, session = support.opened()
        told = []

        class Curious(io.BytesIO):
            def write(self, data):
                for use in (store.close, session.close, session.score, lambda: session.batch().commit()):
                    try:
                        use()
                    except reprieve.BusyError as error:
                        told.append(error)
                return super().write(data)
        with store:
            reprieve.interop.export(session, Curious())
            self.assertEqual(len(told) % 4, 0)
            self.assertTrue(told)
            with self.assertRaises(reprieve.BusyError):
                reprieve.interop.import_bytes(session, b'{"type":"device","id":"x"}\n', progress=lambda _: store.info())
            self.assertLess(0, session.score().exposure_official)

    def test_another_store_may_be_used_in_a_callback(self):
        other, _, inner = support.opened()

        class Curious(reprieve.ManualClock):
            def now(self):
                inner.score()
                return super().now()
        with other, reprieve.Store(reprieve.MemoryStorage(), clock=Curious(support.NOW)) as store:
            self.assertEqual(store.info().now, support.NOW)

    def test_what_callbacks_need_lives_as_long_as_the_store(self):
        class Storage(support.example("dict_storage").DictStorage):
            pass
        storage, clock, log = Storage(), reprieve.ManualClock(support.NOW), lambda level, text: None
        gone = [weakref.ref(storage), weakref.ref(clock), weakref.ref(log)]
        store = reprieve.Store(storage, clock=clock, log=log)
        session = store.session("ana", reprieve.Permission.ALL)
        del storage, clock, log
        gc.collect()
        support.report(session)
        self.assertEqual(len(session.devices().all()), 3)
        self.assertNotIn(None, [one() for one in gone])
        store.close()
        del store, session
        gc.collect()
        self.assertEqual([one() for one in gone], [None] * 3)

    def test_messages(self):
        told = []
        store, clock, session = support.opened(log=lambda level, text: told.append((level, text)))
        with store:
            clock.advance(-timedelta(hours=5))
            session.set_policies({"inactive_after": "20d"})
        self.assertEqual([level for level, _ in told][:1], [reprieve.LogLevel.WARNING])


class Threads(unittest.TestCase):
    def test_two_sessions_on_one_store(self):
        store, _, session = support.opened(support.example("dict_storage").DictStorage())
        failed = []

        def work(name):
            try:
                with store.session(f"{name}@corp.example", reprieve.Permission.ALL) as mine:
                    for i in range(30):
                        with mine.batch() as facts:
                            facts.device(f"{name}-{i}", group=name)
                        mine.devices(group=name).all()
            except BaseException as error:  # told by the assertion
                failed.append(error)
        threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertEqual(len(session.devices().all()), 63)
        store.close()

    def test_closing_under_another_thread(self):
        for _ in range(5):
            store, _, session = support.opened()
            told = []

            def work():
                try:
                    while True:
                        session.devices().all()
                except reprieve.ClosedError as error:
                    told.append(error)
            thread = threading.Thread(target=work)
            thread.start()
            store.close()
            thread.join(30)
            self.assertEqual(len(told), 1)


    def test_forgotten_under_another_thread(self):
        """A store that nobody holds any more but a thread in the middle of a call."""
        began, go_on = threading.Event(), threading.Event()

        class Slow(reprieve.ManualClock):
            slow = False

            def now(self):
                if self.slow:
                    began.set()
                    go_on.wait(30)
                return super().now()
        clock, told = Slow(support.NOW), []
        store = reprieve.Store(reprieve.MemoryStorage(), clock=clock)
        support.report(store.session("ana", reprieve.Permission.ALL))
        clock.slow = True
        thread = threading.Thread(target=lambda held: told.append(held.info().now), args=(store,))
        thread.start()
        began.wait(30)
        del store
        gc.collect()
        go_on.set()
        thread.join(30)
        self.assertEqual(told, [support.NOW])

    def test_callbacks_in_several_threads_keep_what_each_raised(self):
        class Picky(support.example("dict_storage").DictStorage):
            def get(self, key):
                if threading.current_thread().name in ("left", "right"):
                    raise LookupError(threading.current_thread().name)
                return super().get(key)
        store, _, _ = support.opened(Picky())
        told = []

        def work():
            for _ in range(50):
                try:
                    store.session("x", reprieve.Permission.ALL).exception("E-1")
                except (LookupError, reprieve.StorageError) as error:
                    told.append((threading.current_thread().name, str(error)))
        with store:
            threads = [threading.Thread(target=work, name=name) for name in ("left", "right", "middle")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertEqual({one for one in told if one[0] != "middle"}, {("left", "left"), ("right", "right")})
        self.assertEqual(len(told), 150)


class Forks(unittest.TestCase):
    def test_a_child_is_refused_while_a_thread_is_in_a_call(self):
        began, go_on = threading.Event(), threading.Event()

        class Slow(reprieve.ManualClock):
            slow = False

            def now(self):
                if self.slow:
                    began.set()
                    go_on.wait(30)
                return super().now()
        clock = Slow(support.NOW)
        store = reprieve.Store(reprieve.MemoryStorage(), clock=clock)
        clock.slow = True
        thread = threading.Thread(target=store.info)
        thread.start()
        began.wait(30)
        child = os.fork()
        if not child:
            code = 1
            try:
                store.info()
            except reprieve.ForkError:
                store.close()
                with reprieve.Store(reprieve.MemoryStorage()) as mine:  # a store of its own works
                    code = 0 if mine.info().revision == 0 else 2
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        go_on.set()
        thread.join(30)
        store.close()

    def test_a_child_is_refused(self):
        store, _, session = support.opened()
        child = os.fork()
        if not child:
            code = 1
            try:
                session.devices()
            except reprieve.ForkError:
                session.close()
                store.close()
                del session, store
                gc.collect()
                code = 0
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(len(session.devices().all()), 3)
        store.close()


class Interrupted(unittest.TestCase):
    """What strikes at the entry of a callback, where nothing could catch it: no answer is made up."""

    @unittest.skipUnless(hasattr(signal, "setitimer"), "no timers")
    def test_handlers_that_raise_at_any_time(self):
        class Alarm(Exception):
            pass

        def ring(*_):
            raise Alarm
        store, _, session = support.opened(support.example("dict_storage").DictStorage())
        before, alarms, done = signal.signal(signal.SIGALRM, ring), 0, 0
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None  # finalizers are struck as well
        try:
            for turn in range(50):
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.0004 * (1 + turn % 9), 0.05)
                    while True:
                        with session.batch() as facts:
                            facts.device(f"new-{turn}-{done}")
                        done += 1
                        self.assertGreaterEqual(len(session.devices().all()), 3 + done)
                except Alarm:
                    alarms += 1
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            self.assertIs(signal.getsignal(signal.SIGALRM), ring)
        finally:
            signal.signal(signal.SIGALRM, before)
            sys.unraisablehook = hook
        self.assertEqual(alarms, 50)
        self.assertGreater(store.check(), 0)
        self.assertGreaterEqual(len(session.devices().all()), 3 + done)
        store.close()

    def test_a_handler_that_a_callback_chooses_stays(self):
        chosen = lambda *_: None  # noqa: E731

        class Choosing(reprieve.ManualClock):
            def now(self):
                signal.signal(signal.SIGUSR1, chosen)
                return super().now()
        before = signal.signal(signal.SIGUSR1, lambda *_: None)
        try:
            with reprieve.Store(reprieve.MemoryStorage(), clock=Choosing(support.NOW)) as store:
                store.info()
            self.assertIs(signal.getsignal(signal.SIGUSR1), chosen)
        finally:
            signal.signal(signal.SIGUSR1, before)

    def test_near_the_end_of_the_stack(self):
        store, _, session = support.opened(support.example("dict_storage").DictStorage())
        count = 3

        def deep(frames, use):
            return deep(frames - 1, use) if frames else use()

        def add():
            with session.batch() as facts:
                facts.device(f"new-{count}")
            return True
        limit = sys.getrecursionlimit()
        added = 0
        for frames in range(limit - 150, limit):
            try:
                done = deep(frames, add)
            except (RecursionError, ctypes.ArgumentError):
                done = False
            now = len(session.devices().all())
            self.assertIn(now - count, (1,) if done else (0, 1))
            added, count = added + done, now
        self.assertGreater(150, added)
        self.assertGreater(store.check(), 0)
        store.close()


class Leaks(unittest.TestCase):
    """100 000 operations; RPV_LEAK_OPERATIONS asks for more, or fewer."""

    def test_nothing_grows(self):
        operations = int(os.environ.get("RPV_LEAK_OPERATIONS", "100000"))
        store, _, session = support.opened()

        def work(count):
            for _ in range(count // 160):  # so many in each turn
                session.device("pc-17")
                session.explain("pc-17", support.CHROME)
                session.preview_exception(support.request())
                session.score()
                with store.session("x", reprieve.Permission.ALL) as other, other.batch() as facts:
                    facts.device("pc-17", value=reprieve.Value.HIGH)
                    facts.assess_columns(["pc-17"], [support.CHROME], [[support.CVE]])
                    for number in range(72):
                        facts.recommendation(f"r-{number % 4}", title="Do it", tags=["a", "b"])
                        facts.assessment("pc-18", f"r-{number % 4}", weaknesses=[support.CVE])
                with session.score_engine() as engine:
                    engine.partial().impacts()
                try:
                    session.exception("E-99")
                except reprieve.NotFoundError:
                    pass
                session.policies("inactive_after").one()
                store.info()
        work(8000)
        gc.collect()
        tracemalloc.start()
        handles, resident, held = len(store._core.handles), pages(), tracemalloc.get_traced_memory()[0]
        work(operations // 5)
        gc.collect()
        self.assertLess(tracemalloc.get_traced_memory()[0] - held, 300_000)
        tracemalloc.stop()  # which makes it slow
        work(operations - operations // 5)
        gc.collect()
        self.assertEqual(len(store._core.handles), handles)
        self.assertLess(pages() - resident, 30_000_000)
        store.close()


def pages():
    """Resident memory in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    unittest.main()
