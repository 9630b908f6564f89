#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes reprieve/_abi.py, enums.py and rows.py from the description of the binary interface, or checks that they are
what they should be.

The descriptions in tests/abi say what the shared libraries export; the public headers say which structs have members
that callers may touch, which are handles, and what everything means. `check` also compares sizes and offsets as ctypes
lays them out with those that the C compiler chose.

usage: generate_abi.py write|check ROOT
"""
import importlib.util
import keyword
import pathlib
import re
import sys
import textwrap
import xml.etree.ElementTree as xml

import generate_rows

OUTPUT = pathlib.Path("bindings/python/reprieve")
LIBRARIES = ("reprieve", "reprieve-sqlite", "reprieve-postgres", "reprieve-interop", "reprieve-testkit")
SCALARS = {
    "unsigned char": "c_uint8", "char": "c_char", "int": "c_int", "unsigned int": "c_uint", "long int": "c_long",
    "unsigned long int": "c_ulong", "double": "c_double", "int32_t": "c_int32", "uint32_t": "c_uint32",
    "int64_t": "c_int64", "uint64_t": "c_uint64", "uint8_t": "c_uint8", "size_t": "c_size_t",
}
HEAD = '''# SPDX-License-Identifier: MIT
"""Structs, enumerators and prototypes of the C libraries. Written by generate_abi.py: do not edit."""
# mypy: ignore-errors
import enum
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_int, c_int32, c_int64, c_long, c_size_t,
                    c_uint, c_uint8, c_uint32, c_uint64, c_ulong, c_void_p)
from typing import Any, Dict

'''


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def number(text):
    """The value of a constant expression of integers, None for anything else."""
    text = re.sub(r"U?INT64_C\((\w+)\)", r"\1", text.strip())
    text = re.sub(r"\b(\d+|0x[0-9a-fA-F]+)[uUlL]+\b", r"\1", text).replace("UINT64_MAX", str(2**64 - 1))
    return eval(text, {"__builtins__": {}}) if re.fullmatch(r"[\d\sxa-fA-F()*+<-]+", text) else None


def enums_of(headers):
    """Enumerations are read from the headers, because those that no function mentions are in no description."""
    for name, body in re.findall(r"^typedef enum (\w+) \{(.*?)^\}", without_comments(headers), re.M | re.S):
        yield name, {key: number(value) for key, value in re.findall(r"(\w+)\s*=\s*([^,\n]+)", body)}


def constants_of(headers):
    for name, value in re.findall(r"^#define (RPV_\w+) +(.+)$", without_comments(headers), re.M):
        if number(value) is not None:
            yield name, number(value)


class Description:
    """All types and functions of some libraries."""

    def __init__(self, root):
        self.types, self.functions, self.structs = {}, {}, {}
        headers = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "include").rglob("*.h")))
        self.headers = headers
        self.with_members = set(re.findall(r"^(?:typedef )?struct (\w+) \{", headers, re.M))
        self.enums = dict(enums_of(headers))
        self.constants = dict(constants_of(headers))
        for library in LIBRARIES:
            path = root / "tests" / "abi" / f"lib{library}.abi.xml"
            if path.exists():
                self.read(xml.parse(path).getroot(), library)

    def read(self, corpus, library):
        exported = {symbol.get("name") for symbol in corpus.iter("elf-symbol")}
        for element in corpus.iter():
            if element.get("id"):
                self.types.setdefault(element.get("id"), element)
            if element.tag == "function-decl" and element.get("name") in exported:
                self.functions[element.get("name")] = (library, element)
            elif element.tag == "enum-decl" and element.get("name", "").startswith("rpv_"):
                values = {value.get("name"): int(value.get("value")) for value in element.findall("enumerator")}
                assert self.enums[element.get("name")] == values, f"{element.get('name')} differs from the headers"
            elif element.tag == "class-decl" and element.get("name", "").startswith("rpv_"):
                if element.get("name") not in self.structs or element.get("size-in-bits"):
                    self.structs[element.get("name")] = element

    def plain(self, type_id):
        """The type behind qualifiers and typedefs; scalar typedefs such as uint32_t stay."""
        element = self.types[type_id]
        while element.tag in ("qualified-type-def", "typedef-decl") and element.get("name") not in SCALARS:
            element = self.types[element.get("type-id")]
        return element

    def expression(self, type_id, result=False):
        """How ctypes says it."""
        element = self.plain(type_id)
        if element.tag == "pointer-type-def":
            target = self.plain(element.get("type-id"))
            if target.tag == "function-type":
                return self.callback(target)
            if target.get("name") == "char":
                return "c_char_p"
            if target.get("name") == "void":
                return "c_void_p"
            return f"POINTER({self.expression(element.get('type-id'))})"
        if element.tag == "array-type-def":
            return f"{self.expression(element.get('type-id'))} * {element.find('subrange').get('length')}"
        if element.tag == "enum-decl":
            return "c_int"
        if element.tag == "class-decl":
            return element.get("name")
        return "None" if result and element.get("name") == "void" else SCALARS[element.get("name")]

    def callback(self, function):
        parts = [self.expression(function.find("return").get("type-id"), True)]
        parts += [self.expression(parameter.get("type-id")) for parameter in function.findall("parameter")]
        return f"CFUNCTYPE({', '.join(parts)})"

    def members(self, struct):
        for member in struct.findall("data-member"):
            variable = member.find("var-decl")
            yield variable.get("name"), variable.get("type-id"), int(member.get("layout-offset-in-bits")) // 8

    def embedded(self, name):
        """Structs that must be complete before this one."""
        for _, type_id, _ in self.members(self.structs[name]):
            element = self.plain(type_id)
            if element.tag == "array-type-def":
                element = self.plain(element.get("type-id"))
            if element.tag == "class-decl":
                yield element.get("name")

    def in_order(self):
        done = []

        def visit(name):
            if name in done:
                return
            for part in self.embedded(name):
                visit(part)
            done.append(name)
        for name in sorted(self.structs):
            if name in self.with_members:
                visit(name)
        return done


def enumerated(d, name):
    """Members of a struct that hold enumerators, or their bits, as the comments say."""
    body = re.search(rf"^typedef struct {name} \{{(.*?)^\}}", d.headers, re.M | re.S)
    bits = dict(re.findall(r"int32_t (\w+);\s*/\*\*< (?:an? |bits 1 << |bits of )::(rpv_\w+)", body[1] if body else ""))
    for member, type_id, _ in d.members(d.structs[name]):
        element = d.plain(type_id)
        if element.tag == "enum-decl" or member in bits:
            yield member, bits.get(member) or element.get("name")


def broken(line):
    """A line, or several when it is too long."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line, 116, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
                         drop_whitespace=True) if len(line) > 118 else [line]


def write(d):
    lines = [HEAD.rstrip("\n"), ""]
    lines += [f"{name} = {value}" for name, value in sorted(d.constants.items())]
    lines.append("")
    for name, values in sorted(d.enums.items()):
        lines += ["", f"class {name}(enum.IntEnum):"] + [f"    {key} = {value}" for key, value in values.items()] + [""]
    for name in sorted(d.structs):
        lines += ["", f"class {name}(Structure):", "    pass" if name in d.with_members else '    """A handle."""', ""]
    lines.append("")
    for name in d.in_order():
        lines.append(f"{name}._fields_ = [")
        for member, type_id, _ in d.members(d.structs[name]):
            assert not keyword.iskeyword(member), f"{name}.{member} is a word of Python"
            lines += broken(f'    ("{member}", {d.expression(type_id)}),')
        lines.append("]")
    lines += ["", "# struct -> member -> the enumeration that it is of, or has bits of"]
    lines += ["ENUMS: Dict[str, Dict[str, str]] = {"]
    for name in d.in_order():
        found = list(enumerated(d, name))
        if found:
            lines += [f'    "{name}": {{'] + [f'        "{member}": "{kind}",' for member, kind in found] + ["    },"]
    lines.append("}")
    lines += ["", "# library -> function -> (result, arguments)", "PROTOTYPES: Dict[str, Dict[str, Any]] = {"]
    for library in LIBRARIES:
        mine = {name: f for name, (of, f) in d.functions.items() if of == library}
        if not mine:
            continue
        lines.append(f'    "{library}": {{')
        for name, function in sorted(mine.items()):
            result = d.expression(function.find("return").get("type-id"), True)
            arguments = [d.expression(p.get("type-id")) for p in function.findall("parameter")]
            lines += broken(f'        "{name}": ({result}, [{", ".join(arguments)}]),')
        lines.append("    },")
    lines.append("}")
    return "\n".join(lines) + "\n"


def layout_problems(d, path):
    import ctypes
    spec = importlib.util.spec_from_file_location("reprieve_abi", path)
    abi = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(abi)
    for name in d.in_order():
        struct = getattr(abi, name)
        if ctypes.sizeof(struct) * 8 != int(d.structs[name].get("size-in-bits")):
            yield f"{name}: {ctypes.sizeof(struct)} bytes, but {d.structs[name].get('size-in-bits')} bits in C"
        for member, _, offset in d.members(d.structs[name]):
            if getattr(struct, member).offset != offset:
                yield f"{name}.{member}: at {getattr(struct, member).offset}, but at {offset} in C"


def main(action, root):
    folder = pathlib.Path(root) / OUTPUT
    d = Description(pathlib.Path(root))
    texts = {"_abi.py": write(d), "enums.py": generate_rows.enums(d), "rows.py": generate_rows.rows(d)}
    summary = f"{len(d.functions)} functions, {len(d.in_order())} structs, {len(d.enums)} enumerations"
    if action == "write":
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        print(f"wrote {OUTPUT}: {summary}")
        return 0
    problems = [f"{OUTPUT}/{name} is not what the interface comes to: run `ninja abi-update`"
                for name, text in texts.items() if (folder / name).read_text(encoding="utf-8") != text]
    problems += layout_problems(d, folder / "_abi.py")
    print("\n".join(problems) or summary)
    return 1 if problems or not d.functions else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
