# SPDX-License-Identifier: MIT
"""Values on their way in and out: times, words, bits, absent fields, what went wrong."""
import copy
import ctypes.util
import os
import pathlib
import pickle
import subprocess
import sys
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import reprieve
import support
from reprieve import _abi, _convert, _library


class Times(unittest.TestCase):
    def test_naive_ones_are_refused(self):
        store, _, session = support.opened()
        naive = datetime(2026, 5, 1)
        with store:
            for use in (lambda: session.file_exception(support.request(duration=None, end=naive)),
                        lambda: session.set_as_of(naive), lambda: reprieve.ManualClock(naive),
                        lambda: session.batch(reported=naive), lambda: session.exceptions(ends_before=naive)):
                with self.assertRaisesRegex(ValueError, "naive"):
                    use()
            with self.assertRaises(TypeError):
                session.set_as_of("2026-03-01")

    def test_any_zone_is_the_same_instant(self):
        store, _, session = support.opened()
        with store:
            end = datetime(2026, 4, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))
            filed = session.file_exception(support.request(duration=None, end=end)).exception
            self.assertEqual(filed.end, datetime(2026, 4, 1, tzinfo=timezone.utc))
            self.assertIs(filed.end.tzinfo, timezone.utc)

    def test_all_milliseconds_come_back(self):
        for ms in (1, 999, 1767225599999, 4102444800001, _abi.RPV_TIME_MAX):
            self.assertEqual(_convert.to_ms(_convert.instant(ms), "x"), ms)


class Kinds(unittest.TestCase):
    """What is of another kind is refused by name, before anything is done."""

    def test_of_another_kind(self):
        store, _, session = support.opened()
        now, day = support.NOW, timedelta(days=1)

        def weakness(**values):
            with session.batch() as facts:
                facts.weakness("CVE-1", **values)

        def device(**values):
            with session.batch() as facts:
                facts.device("pc-1", **values)

        def recommendation(**values):
            with session.batch() as facts:
                facts.recommendation("r", **values)
        revision = store.info().revision
        with store:
            for what, use in (
                    ("severity", lambda: weakness(severity=reprieve.Kind.UPDATE)),
                    ("severity", lambda: weakness(severity=3)),
                    ("severity", lambda: weakness(severity="high")), ("severity", lambda: weakness(severity=True)),
                    ("epss", lambda: weakness(epss="0.5")), ("zero_day", lambda: weakness(zero_day="no")),
                    ("zero_day", lambda: weakness(zero_day=0)), ("published", lambda: weakness(published=day)),
                    ("last_seen", lambda: device(last_seen=5)), ("tags", lambda: device(tags="vip")),
                    ("points", lambda: recommendation(points=5.5)), ("points", lambda: recommendation(points="5")),
                    ("duration", lambda: session.preview_exception(support.request(duration=now))),
                    ("end", lambda: session.preview_exception(support.request(duration=None, end=day))),
                    ("justification", lambda: session.preview_exception(support.request(justification=3))),
                    ("justification", lambda: session.preview_exception(
                        support.request(justification=reprieve.Scope.GLOBAL))),
                    ("states", lambda: session.recommendations(states=5)),
                    ("states", lambda: session.recommendations(states=[reprieve.Severity.HIGH])),
                    ("kinds", lambda: session.recommendations(kinds=reprieve.State.ACTIVE)),
                    ("sort", lambda: session.recommendations(sort=1)), ("category", lambda: session.score(category=3)),
                    ("within", lambda: session.exceptions(within=now)), ("time", lambda: session.set_as_of(day)),
                    ("permissions", lambda: store.session("x", 5)), ("permissions", lambda: store.session("x", None)),
                    ("timeout", lambda: store.wait(0, now)), ("limit", lambda: store.tick("all")),
                    ("storage", lambda: reprieve.Store(5)),
                    ("clock", lambda: reprieve.Store(reprieve.MemoryStorage(), clock=lambda: now)),
                    ("log", lambda: reprieve.Store(reprieve.MemoryStorage(), log=5))):
                with self.subTest(what), self.assertRaisesRegex(TypeError, f"^{what} must be "):
                    use()
            for use in (lambda: weakness(epss=-1), lambda: store.tick(-1), lambda: store.tick(2**64),
                        lambda: recommendation(points=2**32), lambda: recommendation(points=-1)):
                with self.assertRaises(ValueError):
                    use()
            self.assertEqual(store.info().revision, revision)

    def test_a_class_of_the_host_that_claims_to_be_a_text(self):
        class Odd(str):
            def encode(self, *_):
                return 5
        store, _, session = support.opened()
        with store, session.batch() as facts:
            facts.device(Odd("pc-odd"))
        self.assertEqual(facts.result.records, 1)

    def test_no_groups_are_not_all_groups(self):
        store, _, session = support.opened()
        with store:
            for empty in (dict(groups=[]), dict(devices=[]), dict(groups=()), dict(devices=())):
                with self.assertRaises(reprieve.InvalidError):
                    session.file_exception(support.request(**empty))
            with self.assertRaises(ValueError):
                session.request_remediation(reprieve.RemediationRequest(support.CHROME, groups=[]))
            self.assertEqual(session.exceptions().all() + session.remediations().all(), [])

    def test_handles_are_not_copied(self):
        store, _, session = support.opened()
        with store:
            for handle in (store, session, session.batch(), session.score_engine()):
                for use in (copy.copy, copy.deepcopy, pickle.dumps):
                    with self.assertRaisesRegex(TypeError, "cannot be copied or pickled"):
                        use(handle)


class Words(unittest.TestCase):
    def test_they_are_those_of_the_library(self):
        library, count = _library.load(), 0
        for vocabulary in _abi.rpv_vocabulary:
            name = "".join(part.capitalize() for part in vocabulary.name[len("RPV_WORDS_"):].split("_"))
            for one in getattr(reprieve, name):
                word = library.rpv_word(vocabulary, one.value)
                if word is not None:
                    self.assertEqual(word.decode(), one.word)
                    count += 1
        self.assertGreater(count, 100)

    def test_unknown_numbers_of_newer_libraries(self):
        self.assertEqual(repr(reprieve.Severity(77)), "Severity.UNKNOWN_77")
        with self.assertRaises(ValueError):
            reprieve.Severity("high")


class Batches(unittest.TestCase):
    def test_absent_fields_stay_and_none_sets_back(self):
        store, _, session = support.opened()
        with store:
            with session.batch() as facts:
                facts.device("pc-17", name="seventeen")
            self.assertEqual(session.device("pc-17").tags, ("laptop", "vip"))
            with session.batch() as facts:
                facts.device("pc-17", value=None, tags=None, group=None)
                facts.weakness(support.CVE, epss=None, severity=reprieve.Severity.UNCHANGED)
            device, weakness = session.device("pc-17"), session.weakness(support.CVE)
            self.assertEqual((device.name, device.tags, device.value, device.group),
                             ("seventeen", (), reprieve.Value.NORMAL, "UnassignedGroup"))
            self.assertLess(weakness.epss, 0)
            self.assertIs(weakness.severity, reprieve.Severity.HIGH)

    def test_errors_name_record_and_field(self):
        store, _, session = support.opened()
        with store, self.assertRaises(reprieve.InvalidError) as caught, session.batch() as facts:
            facts.device("pc-20")
            facts.assess("pc-20", support.CHROME, ["CVE-0000-0000"])
        error = caught.exception
        self.assertEqual((error.code, error.index, error.field), (reprieve.Status.E_INVALID, 1, "weaknesses"))
        self.assertIn("CVE-0000-0000", str(error))
        self.assertEqual(pickle.loads(pickle.dumps(error)).index, 1)
        self.assertIsInstance(error, ValueError)

    def test_what_c_would_cut_off_is_refused(self):
        store, _, session = support.opened()
        with store, session.batch() as facts:
            for use in (lambda: facts.device("pc\0x"), lambda: facts.device("x", tags="vip"),
                        lambda: facts.group("x", rank=-1), lambda: facts.group("x", rank=2**32),
                        lambda: facts.device(17), lambda: facts.device("x", value="high"),
                        lambda: session.recommendations(states=[1])):
                with self.assertRaises((TypeError, ValueError)):
                    use()

    def test_fields_have_bits(self):
        for noun in ("device", "weakness", "recommendation", "control"):
            fields = {bit.name.split("_", 2)[2] for bit in getattr(_abi, f"rpv_{noun}_field")}
            names = {_convert.FIELDS.get(name.replace("_ms", ""), name.replace("_ms", "").upper())
                     for name, _ in getattr(_abi, f"rpv_{noun}_facts")._fields_}
            self.assertLessEqual(fields, names, noun)


class Lists(unittest.TestCase):
    def test_pages_come_to_the_same(self):
        store, _, session = support.opened()
        with store:
            with session.batch() as facts:
                for i in range(57):
                    facts.device(f"d-{i:02}", group="Bulk")
            whole = session.devices().all()
            self.assertEqual(len(whole), 60)
            for page in (1, 7, 20, 60, 1000):
                self.assertEqual(session.devices(page=page).all(), whole)
                self.assertEqual(session.devices(page=page, limit=20).all(), whole[:20])
                self.assertEqual(session.events(page=page).all(), session.events().all())
            self.assertEqual(session.devices(limit=0).all(), [])
            with self.assertRaises(ValueError):
                session.devices().one()
            with self.assertRaises(reprieve.NotFoundError):
                session.device("unknown")

    def test_sessions_with_visible_groups(self):
        store, _, _ = support.opened()
        with store:
            for groups, seen in ((None, 3), (["Sales"], 2), ([], 0)):
                with store.session("ben@corp.example", reprieve.Permission.VIEW, visible_groups=groups) as ben:
                    self.assertEqual(len(ben.devices().all()), seen)


class Story(unittest.TestCase):
    def test_from_facts_to_the_journal(self):
        store, clock, ana = support.opened()
        with store, store.session("ben@corp.example", reprieve.Permission.ALL) as ben:
            preview = ana.preview_exception(support.request())
            self.assertEqual((preview.exception.id, preview.hidden_devices, ana.exceptions().all()), ("", 2, []))
            before = ana.score()
            self.assertEqual(preview.before.exposure_official, before.exposure_official)
            ana.set_policies({"approval": "all"})
            filed = ana.file_exception(support.request(controls=["isolation"], ticket="T-1",
                                                       evidence=[("https://wiki.example/2", "sha256:00")])).exception
            self.assertIs(filed.status, reprieve.ExceptionStatus.PENDING_APPROVAL)
            self.assertEqual((filed.controls, filed.evidence), (("isolation",), (("https://wiki.example/2", "sha256:00"),)))
            with self.assertRaises(reprieve.RefusedError):
                ana.approve_exception(filed.id)
            done = ben.approve_exception(filed.id, "agreed")
            self.assertEqual(ana.score().exposure_official, done.after.exposure_official)
            self.assertLess(done.after.exposure_official, before.exposure_official)
            why = ana.explain("pc-17", support.CHROME, support.CVE)
            self.assertEqual((why.visible, why.decided_by, why.rule), (False, filed.id, reprieve.Rule.RECOMMENDATION))
            self.assertLess(0, ana.exception(filed.id, with_worth=True).worth.exposure_mitigation_like)
            types = [event.type for event in ana.events(exception=filed.id)]
            self.assertEqual(types[:2], [reprieve.EventType.EXCEPTION_FILED, reprieve.EventType.EXCEPTION_APPROVED])
            ana.set_policies({"approval": None})
            renewal = ana.renew_exception(reprieve.RenewalRequest(filed.id, duration=timedelta(days=10))).exception
            self.assertEqual((renewal.predecessor, renewal.start), (filed.id, filed.end))
            ana.cancel_exception(filed.id, "no longer needed")
            self.assertEqual({one.status for one in ana.exceptions()}, {reprieve.ExceptionStatus.CANCELED})
            with self.assertRaisesRegex(reprieve.RefusedError, filed.id):
                ana.cancel_exception(filed.id, "again")
            activity = ana.request_remediation(reprieve.RemediationRequest(
                support.CHROME, due=clock.now() + timedelta(days=7)))
            with ana.batch(source="scanner") as facts:
                facts.assess_all((device, support.CHROME, []) for device in ("pc-17", "pc-18"))
            self.assertIs(ana.remediations(id=activity.id).one().status, reprieve.RemediationStatus.COMPLETED)


class Many(unittest.TestCase):
    def test_all_or_none(self):
        store, _, ana = support.opened()
        with store:
            wanted = [support.request(groups=["Sales"]), support.request(recommendation=support.FIREWALL)]
            shown = ana.preview_exceptions(wanted)
            self.assertEqual(([one.exception.id for one in shown], ana.exceptions().all()), (["", ""], []))
            with self.assertRaises(reprieve.NotFoundError) as caught:
                ana.file_exceptions([*wanted, support.request(recommendation="unknown")])
            self.assertEqual((caught.exception.index, ana.exceptions().all()), (2, []))
            filed = ana.file_exceptions(wanted)
            self.assertEqual([replace(one.exception, worth=reprieve.Worth(0.0, 0.0, 0.0, 0.0)) for one in filed],
                             ana.exceptions().all())
            for wrong, refusal in (([], reprieve.InvalidError), ([support.request()] * 1001, reprieve.LimitError)):
                with self.assertRaises(refusal):
                    ana.file_exceptions(wrong)

    def test_budgets_hold(self):
        store, _, ana = support.opened()
        with store:
            accepted = dict(justification=reprieve.Justification.RISK_ACCEPTED, groups=["Sales"])
            ana.file_exception(support.request(**accepted))
            rows = {(one.by, one.value): one for one in ana.budgets()}
            mine = rows[reprieve.BudgetBy.REQUESTER, "ana@corp.example"]
            self.assertEqual((mine.exceptions, mine.limit), (1, -1.0))
            self.assertGreater(mine.accepted, 0)
            ana.cancel_exception("E-1", "no")
            ana.set_policies({"budget.group": "0.001"})
            with self.assertRaisesRegex(reprieve.RefusedError, "Sales"):
                ana.file_exception(support.request(**accepted))
            with store.session("ben", reprieve.Permission.ALL, visible_groups=["Sales"]) as ben:
                with self.assertRaises(reprieve.DeniedError):
                    ben.budgets()

    def test_watch_lists(self):
        store, clock, ana = support.opened()
        with store:
            ana.file_exception(support.request())
            expiring = dict(watch=reprieve.Watch.EXPIRING, within=timedelta(days=5))
            self.assertEqual(ana.exceptions(**expiring).all(), [])
            clock.advance(timedelta(days=26))
            self.assertEqual([one.id for one in ana.exceptions(**expiring)], ["E-1"])
            with ana.batch(source="scanner") as facts:
                facts.assess_all((device, support.CHROME, []) for device in ("pc-17", "pc-18"))
            self.assertEqual([one.id for one in ana.exceptions(watch=reprieve.Watch.STALE)], ["E-1"])


class Loading(unittest.TestCase):
    def run_with(self, named):
        code = "import reprieve; reprieve.library_version()"
        kept = {name: os.environ[name] for name in ("LD_PRELOAD", "ASAN_OPTIONS") if name in os.environ}
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={
            "REPRIEVE_LIBRARY": named, "PYTHONPATH": str(pathlib.Path(reprieve.__file__).parents[1]), **kept})

    def test_what_is_not_there_is_named(self):
        told = self.run_with("/nowhere/libreprieve.so").stderr
        self.assertIn("LibraryError", told)
        self.assertIn("/nowhere/libreprieve.so", told)

    def test_another_library_is_refused(self):
        self.assertIn("has no rpv_", self.run_with(ctypes.util.find_library("m") or "libm.so.6").stderr)

    def test_a_file_will_do(self):
        library = _library.load()._name
        self.assertEqual(self.run_with(library).stderr, "")

    def test_an_older_one_is_refused(self):
        class Old:
            rpv_version = staticmethod(lambda: _abi.RPV_VERSION - 1)
            rpv_version_text = staticmethod(lambda: b"0.0.99")
        with self.assertRaisesRegex(reprieve.LibraryError, "0.0.99"):
            _library.check_version(Old, "x")


if __name__ == "__main__":
    unittest.main()
