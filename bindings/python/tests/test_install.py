# SPDX-License-Identifier: MIT
"""The package installs with pip, without a network or a compiler, and works from there."""
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[1]


@unittest.skipUnless(importlib.util.find_spec("pip"), "needs pip")
class Install(unittest.TestCase):
    def test_pip(self):
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "target"
            # pip builds in place, and the sources shall stay as they are
            shutil.copytree(SOURCE, pathlib.Path(folder) / "source", ignore=shutil.ignore_patterns("__pycache__"))
            done = subprocess.run([sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation",
                                   "--disable-pip-version-check", "--target", target, pathlib.Path(folder) / "source"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertTrue((target / "reprieve" / "py.typed").exists())
            code = f"import sys; sys.path[:0] = [{str(target)!r}]; import reprieve; " \
                   "print(reprieve.__file__); print(reprieve.Store(reprieve.MemoryStorage()).info().format)"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=folder)
            self.assertEqual(done.stdout.splitlines(), [str(target / "reprieve" / "__init__.py"), "2"], done.stderr)


if __name__ == "__main__":
    unittest.main()
