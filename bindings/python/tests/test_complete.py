# SPDX-License-Identifier: MIT
"""Everything that C can do is there in Python, or left out for a reason; versions agree; every supported Python reads it."""
import ast
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE)]
import left_out  # noqa: E402  pylint: disable=wrong-import-position

PACKAGE = HERE / "reprieve"
GENERATED = {"_abi.py", "enums.py", "rows.py"}


def source():
    return "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py") if path.name not in GENERATED)


def used():
    """Names of functions in the hand-written modules; lists and CSV are read by the name of their noun."""
    text = source()
    found = set(re.findall(r"\brpv_\w+", text))
    for noun in re.findall(r'\b(?:listed|queried)\(\w+, \w+, "(\w+)"', text):
        found |= {f"rpv_{noun}_list", f"rpv_{noun}_at", f"rpv_csv_write_{noun}s"}
    return found


class Complete(unittest.TestCase):
    def test_every_function_is_used_or_left_out_for_a_reason(self):
        functions = set(re.findall(r'^        "(rpv_\w+)": ', (PACKAGE / "_abi.py").read_text(encoding="utf-8"), re.M))
        self.assertGreater(len(functions), 100)
        self.assertEqual(sorted(functions - used() - set(left_out.REASONS)), [],
                         "wrap them in reprieve/, or give the reason in left_out.py")
        self.assertEqual(sorted(set(left_out.REASONS) - functions), [], "no such functions any more")
        self.assertEqual(sorted(set(left_out.REASONS) & used() - {"rpv_word"}), [], "these are used by now")

    def test_every_row_and_every_request_has_a_name_outside(self):
        text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
        for name in re.findall(r"^class (\w+(?:Request|Update|Record|Engine|Storage|Clock|Error))\b", source(), re.M):
            self.assertTrue(name in text, f"{name} is not in reprieve/__init__.py")

    def test_every_public_method_says_what_it_is_for(self):
        for path in PACKAGE.glob("*.py"):
            if path.name in GENERATED or path.name.startswith("_"):
                continue
            for owner in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(owner, ast.ClassDef):
                    for one in owner.body:
                        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and owner.name != "Adapter":
                            overrides = owner.name in ("SystemClock", "ManualClock") and one.name == "now"
                            self.assertTrue(ast.get_docstring(one) or overrides, f"{path.name}: {owner.name}.{one.name}()")


class Versions(unittest.TestCase):
    def test_library_and_package_are_of_one_version(self):
        header = (HERE.parents[1] / "include" / "reprieve" / "version.h").read_text(encoding="utf-8")
        version = re.search(r'RPV_VERSION_TEXT "([\d.]+)"', header)[1]
        major, minor, patch = map(int, version.split("."))
        self.assertEqual(re.search(r"#define RPV_VERSION (\d+)", header)[1], str(major * 10000 + minor * 100 + patch))
        meson = re.search(r"version: '([\d.]+)'", (HERE.parents[1] / "meson.build").read_text(encoding="utf-8"))[1]
        package = re.search(r'__version__ = "([\d.]+)"', source())[1]
        wheel = re.search(r'"reprieve", "([\d.]+)"', (HERE / "build_backend.py").read_text(encoding="utf-8"))[1]
        self.assertEqual({meson, package, wheel}, {version})


class Syntax(unittest.TestCase):
    def test_python_3_9_reads_it(self):
        for folder in (PACKAGE, HERE / "examples", HERE / "tests", HERE):
            for path in folder.glob("*.py"):
                for minor in range(9, 14):
                    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, minor))


if __name__ == "__main__":
    unittest.main()
