# SPDX-License-Identifier: MIT
"""Builds the wheel (PEP 517) with nothing but the standard library: the package is a folder of Python files, and so it
installs from a checkout without a network and without build tools.
"""
import base64
import hashlib
import pathlib
import tarfile
import zipfile

NAME, VERSION = "reprieve", "0.1.0"
HERE = pathlib.Path(__file__).resolve().parent
METADATA = f"""Metadata-Version: 2.1
Name: {NAME}
Version: {VERSION}
Summary: Security recommendations, exceptions to them, remediation activities and scores
License: MIT
Requires-Python: >=3.9
Classifier: License :: OSI Approved :: MIT License
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Security
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

"""
WHEEL = "Wheel-Version: 1.0\nGenerator: reprieve\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def sources():
    """The files of the package; a shared library put beside them goes along."""
    return sorted(path for path in (HERE / NAME).iterdir() if path.is_file() and path.suffix != ".pyc")


def build_wheel(folder, config_settings=None, metadata_directory=None):
    info = f"{NAME}-{VERSION}.dist-info"
    files = [(f"{NAME}/{path.name}", path.read_bytes()) for path in sources()]
    files += [(f"{info}/METADATA", (METADATA + (HERE / "README.md").read_text(encoding="utf-8")).encode()),
              (f"{info}/WHEEL", WHEEL.encode())]
    record = []
    for name, data in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.append(f"{name},sha256={digest},{len(data)}\n")
    record.append(f"{info}/RECORD,,\n")
    wheel = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*files, (f"{info}/RECORD", "".join(record).encode())]:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return wheel


def build_sdist(folder, config_settings=None):
    base = f"{NAME}-{VERSION}"
    with tarfile.open(pathlib.Path(folder) / f"{base}.tar.gz", "w:gz") as archive:
        for path in [HERE / "pyproject.toml", HERE / "README.md", pathlib.Path(__file__), *sources()]:
            archive.add(path, f"{base}/{path.resolve().relative_to(HERE)}")
    return f"{base}.tar.gz"
