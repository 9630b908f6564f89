# SPDX-License-Identifier: MIT
"""Backups and imports."""
import io
import pathlib
import tempfile
import unittest

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
