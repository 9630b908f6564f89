# SPDX-License-Identifier: MIT
"""Backups and imports."""
import dataclasses
import io
import pathlib
import tempfile
import unittest
from datetime import timedelta

import reprieve
import support
from reprieve import interop


class Interop(unittest.TestCase):
    def setUp(self):
        self.store, self.clock, self.session = support.opened()
        self.addCleanup(self.store.close)

    def test_a_backup_comes_back_with_the_same_bytes(self):
        self.session.file_exception(support.request())
        first, second = io.BytesIO(), io.BytesIO()
        result = interop.export(self.session, first)
        self.assertEqual(result.bytes, len(first.getvalue()))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "backup.ndjson"
            path.write_bytes(first.getvalue())
            with reprieve.Store(reprieve.MemoryStorage(), clock=self.clock) as other, \
                    other.session("ana@corp.example", reprieve.Permission.ALL) as ana:
                result = interop.import_files(ana, [path])
                self.assertTrue(result.restored)
                self.assertEqual(result.exceptions, 1)
                interop.export(ana, second)
        self.assertEqual(first.getvalue(), second.getvalue())

    def test_outputs_that_take_less(self):
        class Raw(io.RawIOBase):
            def __init__(self, most):
                super().__init__()
                self.most, self.taken = most, b""

            def writable(self):
                return True

            def write(self, data):
                if self.most is None:
                    return None  # it would block
                self.taken += bytes(data[:self.most])
                return min(self.most, len(data))

        class Odd:
            def __init__(self, answer):
                self.answer = answer

            def write(self, _data):
                return self.answer
        wanted, raw = io.BytesIO(), Raw(7)
        interop.export(self.session, wanted)
        interop.export(self.session, raw)
        self.assertEqual(raw.taken, wanted.getvalue())
        self.assertEqual(interop.export(self.session, Odd(None)).bytes, len(raw.taken))  # it took all, and does not say so
        for bad in (Raw(None), Odd(0), Odd(-1), Odd(10**9), Odd("all")):
            with self.assertRaisesRegex(OSError, "the output took"):
                interop.export(self.session, bad)

    def test_one_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "facts.ndjson"
            path.write_text('{"type":"device","id":"one-path"}\n', encoding="utf-8")
            for one in (path, str(path), [path]):
                self.assertEqual(interop.import_files(self.session, one).devices, 1)

    def test_csv_has_what_the_list_has(self):
        self.session.file_exceptions([support.request(), support.request(recommendation=support.FIREWALL)])
        for rows, count in ((self.session.exceptions(), 2), (self.session.exceptions(limit=1), 1),
                            (self.session.devices(group="Sales"), 2), (self.session.recommendations(page=1), 0),
                            (self.session.recommendations(states=list(reprieve.State)), 2),
                            (self.session.remediations(), 0)):
            out = io.BytesIO()
            next(rows, None)
            interop.write_csv(rows, out)
            self.assertEqual(out.getvalue().count(b"\r\n"), count + 1)
        for rows in (self.session.groups(), self.session.weaknesses()):
            with self.assertRaises(TypeError):
                interop.write_csv(rows, io.BytesIO())

    def test_a_store_copied_by_hand_is_the_same(self):
        """Everything that a backup holds, put back through the rows of lists."""
        self.session.set_policies({"inactive_after": "20d"})
        self.session.file_exceptions([support.request(groups=["Sales"], controls=["isolation"],
                                                      evidence=[("https://wiki.example/2", "sha256:00")]),
                                      support.request(recommendation=support.FIREWALL, devices=["srv-1"])])
        self.session.renew_exception(reprieve.RenewalRequest("E-1", duration=timedelta(days=9)))
        self.session.request_remediation(reprieve.RemediationRequest(support.CHROME, notes="soon"))
        self.clock.advance(timedelta(days=3))
        self.session.cancel_exception("E-2", "not needed")
        with reprieve.Store(reprieve.MemoryStorage(), clock=self.clock) as other, \
                other.session("ana@corp.example", reprieve.Permission.ALL) as ana:
            ana.begin_restore(self.session.store_record())
            with ana.batch(source="scanner", reported=support.NOW, restore=True) as batch:
                support.put(batch)
                for exception in self.session.exceptions():
                    batch.restore_exception(exception)
                for activity in self.session.remediations():
                    batch.restore_remediation(activity, self.session.targets(activity.id))
                for event in self.session.events():
                    batch.restore_event(event)
            with self.assertRaises(reprieve.RefusedError):
                ana.file_exception(support.request())
            ana.finish_restore()
            self.assertEqual(ana.exceptions().all(), self.session.exceptions().all())
            self.assertEqual(ana.remediations().all(), self.session.remediations().all())
            self.assertEqual(ana.events().all(), self.session.events().all())
            before, after = self.session.score(), ana.score()
            self.assertEqual(dataclasses.replace(after, revision=before.revision), before)
            self.assertEqual(ana.store_record(), self.session.store_record())

    def test_errors_name_the_place(self):
        with self.assertRaises(reprieve.InvalidError) as caught:
            interop.import_bytes(self.session, b'{"type":"device","id":"x"}\n{"type":"device","id":7}\n', name="facts")
        error = caught.exception
        self.assertIsInstance(error, interop.ImportFailure)
        self.assertEqual((error.source, error.line, error.field), ("facts", 2, "id"))
        with self.assertRaises(reprieve.NotFoundError):
            interop.import_files(self.session, ["/nowhere"])

    def test_what_callbacks_raise_comes_out(self):
        class Full(io.BytesIO):
            def write(self, data):
                raise OSError(28, "no space")
        with self.assertRaisesRegex(OSError, "no space"):
            interop.export(self.session, Full())

        def stop(progress):
            raise InterruptedError(progress.records)
        with self.assertRaises(InterruptedError):
            interop.import_bytes(self.session, b'{"type":"device","id":"x"}\n', progress=stop)

    def test_notices_of_a_lenient_import(self):
        told = []
        result = interop.import_bytes(self.session, b'{"type":"device","id":"x"}\n{"type":"device","id":7}\n', lenient=True,
                                      notice=told.append)
        self.assertEqual((result.skipped, len(told)), (1, 1))


if __name__ == "__main__":
    unittest.main()
