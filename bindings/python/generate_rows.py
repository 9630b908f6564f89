# SPDX-License-Identifier: MIT
"""Enumerations and rows of the Python package, with the words of the public headers: see generate_abi.py.

A row is any struct that the library fills in and that holds nothing but values. Times become datetimes, durations
timedeltas, 0 or 1 a bool, arrays with a count tuples; sizes and reserved members are left out.
"""
import re
import textwrap

NOT_ROWS = re.compile(r"_(facts|query|request|options|change|cost)$|^rpv_(allocator|clock|log|authorise|storage|bytes|write|"
                      r"expect|error|import_error|limits|principal|restore_\w+|testkit_\w+)$")
CLASSES = {"rpv_exception": "ExceptionRecord", "rpv_explanation_outcome": "Explanation", "rpv_filing_outcome": "Filing",
           "rpv_figure_then": "Figure", "rpv_explained_exception": "ExplainedException"}
FLAG_ENUMS = {"rpv_permission"}
DURATIONS = re.compile(r"(^|_)(total|interval|duration|window|timeout|inactive_after)_ms$")
NUMBERS = {"version", "host_code"}
MAY_LACK_ALL = {"rpv_event", "rpv_import_progress"}
HEAD = '''# SPDX-License-Identifier: MIT
"""{about} Written by generate_abi.py: do not edit."""
from __future__ import annotations

'''


def class_of(name):
    return CLASSES.get(name) or "".join(part.capitalize() for part in name[len("rpv_"):].split("_"))


def enumerators(d):
    """Enumerator of C -> Class.NAME of Python, for texts."""
    return {key: f"{class_of(name)}.{key[len(prefix_of(values)):]}" for name, values in d.enums.items() for key in values}


def prefix_of(values):
    parts = [key.split("_") for key in values]
    common = []
    for column in zip(*parts):
        if len(set(column)) > 1 or len(common) + 1 == min(map(len, parts)):
            break
        common.append(column[0])
    return "_".join(common) + "_"


def words(d, text):
    """A comment of a header as words of Python."""
    text = re.sub(r"^\s*\* ?", "", text, flags=re.M)
    text = re.sub(r"@\w+ \w+|\\ref", "", text) if "@defgroup" in text else text
    known = enumerators(d)
    text = re.sub(r"::(RPV_\w+)", lambda m: known.get(m[1], m[1]), text)
    text = re.sub(r"::(rpv_\w+)", lambda m: class_of(m[1]), text)
    text = re.sub(r"\bNULL\b", "None", re.sub(r"\s+", " ", text).strip()).replace("\\", "")
    return re.sub(r"(?<![\w.])(\w+)_ms`", r"\1`", text)


def sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":")) else text + "."


def docstring(text, indent):
    pad = " " * indent
    if len(text) + indent + 6 <= 118:
        return [f'{pad}"""{text}"""']
    lines = textwrap.wrap(text, 116 - indent)
    return [f'{pad}"""{lines[0]}'] + [pad + line for line in lines[1:]] + [f'{pad}"""']


def comment(text, indent):
    return [" " * indent + "#: " + line for line in textwrap.wrap(text, 112 - indent)]


def bodies(d, kind):
    """Structs or enumerations: name -> (what it is, {member: what it means})."""
    pattern = rf"/\*\*((?:(?!\*/).)*)\*/\s*typedef {kind} (\w+) \{{(.*?)^\}} \2;"
    for about, name, body in re.findall(pattern, d.headers, re.M | re.S):
        members = re.findall(r"(\w+)(?:\[\w+\])?(?:\s*=[^,/]*)?[;,]?\s*/\*\*<(.*?)\*/", body, re.S)
        yield name, (words(d, about), {member: words(d, text) for member, text in members})


def enums(d):
    lines = [HEAD.format(about="The enumerations.").rstrip("\n"), "", "import enum", "from typing import Any", "", "",
             "class Word(enum.Enum):",
             '    """An enumerator; its word is what files and the command line call it."""', "", "    @property",
             "    def word(self) -> str:", '        """In snake_case."""', "        return self.name.lower()", "",
             "    def __repr__(self) -> str:", '        return f"{type(self).__name__}.{self.name}"', "", "    @classmethod",
             "    def _missing_(cls, value: object) -> Any:",
             '        """What a newer library knows and this package does not."""',
             "        if not isinstance(value, int):", "            return None", "        unknown = object.__new__(cls)",
             '        unknown._name_, unknown._value_ = f"UNKNOWN_{value}", value', "        return unknown", ""]
    documented = dict(bodies(d, "enum"))
    for name, values in sorted(d.enums.items()):
        if name.endswith("_field") or name == "rpv_vocabulary":
            continue
        about, meanings = documented.get(name, ("", {}))
        base = "enum.Flag" if name in FLAG_ENUMS else "Word"
        lines += ["", f"class {class_of(name)}({base}):"] + docstring(sentence(about), 4) + [""]
        prefix = prefix_of(values)
        for key, value in values.items():
            lines += comment(meanings.get(key, ""), 4) + [f"    {key[len(prefix):]} = {value}"]
        lines.append("")
    names = sorted(re.findall(r"^class (\w+)\(", "\n".join(lines), re.M))
    return "\n".join(lines + ["", "__all__ = ["] + [f'    "{name}",' for name in names if name != "Word"] + ["]"]) + "\n"


def field_of(d, struct, members, position, meanings):
    """Name, type and expression of the member at a position, or None for what rows leave out; and how many it takes."""
    name, type_id, _ = members[position]
    meaning = meanings.get(name, "")
    element = d.plain(type_id)
    kind = d.expression(type_id)
    if name == "struct_size" or name.startswith("reserved"):
        return None, 1
    if element.tag == "pointer-type-def" and position + 1 < len(members) and members[position + 1][0].endswith("_count"):
        count = members[position + 1][0]
        if kind == "POINTER(c_char_p)":
            if "in turn" in meaning:
                return (name, "Tuple[Tuple[str, str], ...]", f"pairs(c.{name}, c.{count})"), 2
            return (name, "Tuple[str, ...]", f"texts(c.{name}, c.{count})"), 2
        row = class_of(d.plain(element.get("type-id")).get("name"))
        return (name, f"Tuple[{row}, ...]", f"tuple({row}._read(c.{name}[i]) for i in range(c.{count}))"), 2
    if element.tag == "pointer-type-def" and kind.startswith("POINTER(rpv_"):
        row = class_of(d.plain(element.get("type-id")).get("name"))
        return (name, row, f"{row}._read(c.{name}.contents)"), 1
    if kind == "c_char_p":
        if struct in MAY_LACK_ALL or re.search(r"\bNone\b|or none", meaning):
            return (name, "Optional[str]", f"maybe(c.{name})"), 1
        return (name, "str", f"text(c.{name})"), 1
    if element.tag == "enum-decl":
        if element.get("name") == "rpv_flag":
            return (name, "Optional[bool]", f"flag(c.{name})"), 1
        return (name, class_of(element.get("name")), f"{class_of(element.get('name'))}(c.{name})"), 1
    if element.tag == "class-decl":
        row = class_of(element.get("name"))
        return (name, row, f"{row}._read(c.{name})"), 1
    if element.tag == "array-type-def":
        return (name, "Tuple[int, ...]", f"tuple(c.{name})"), 1
    if name.endswith("_ms") and kind == "c_int64":
        if DURATIONS.search(name):
            return (name[:-3], "timedelta", f"duration(c.{name})"), 1
        return (name[:-3], "Optional[datetime]", f"instant(c.{name})"), 1
    if kind == "c_double":
        return (name, "float", f"c.{name}"), 1
    bits = re.search(r"bits 1 << (\w+)", meaning)
    if bits:
        return (name, f"FrozenSet[{bits[1]}]", f"frozenset(x for x in {bits[1]} if c.{name} >> x.value & 1)"), 1
    if "bit of Permission" in meaning or "bits of Permission" in meaning:
        return (name, "Permission", f"Permission(c.{name})"), 1
    if kind in ("c_int", "c_int32") and name not in NUMBERS:
        return (name, "bool", f"bool(c.{name})"), 1
    return (name, "int", f"c.{name}"), 1


def meaning_of(kind, text):
    """What a member means, in terms of its type in Python."""
    if kind == "bool":
        return re.sub(r"\b1(:| when)", r"True\1", re.sub(r"\b0:", "False:", text))
    if kind == "Optional[datetime]":
        text = text.replace("milliseconds since 1970", "an instant in UTC")
        return re.sub(r"\b0(:| while| before)", r"None\1", text)
    return text.replace("bits 1 << Trigger: ", "")


def is_row(d, name):
    kinds = [d.expression(type_id) for _, type_id, _ in d.members(d.structs[name])]
    return not NOT_ROWS.search(name) and not any(kind == "c_void_p" or "CFUNCTYPE" in kind for kind in kinds)


def rows_in_order(d):
    """As in_order(), but a row that another one points to comes before it, too."""
    done = []

    def visit(name):
        if name in done or not is_row(d, name):
            return
        for _, type_id, _ in d.members(d.structs[name]):
            for other in re.findall(r"rpv_\w+", d.expression(type_id)):
                visit(other)
        done.append(name)
    for name in d.in_order():
        visit(name)
    return done


def rows(d):
    documented = dict(bodies(d, "struct"))
    body, used = [], set()
    for name in rows_in_order(d):
        about, meanings = documented.get(name, ("", {}))
        members, fields, position = list(d.members(d.structs[name])), [], 0
        while position < len(members):
            field, taken = field_of(d, name, members, position, meanings)
            if field:
                meaning = meaning_of(field[1], meanings.get(members[position][0], ""))
                taken_already = f"{field[0]}_ms" == members[position][0] and field[0] in meanings
                fields.append((field[0] + "_at" * taken_already, *field[1:], meaning))
            position += taken
        body += ["", "", "@dataclass(frozen=True, repr=False)", f"class {class_of(name)}(Row):"]
        body += docstring(sentence(about), 4) + [""]
        for field, kind, _, meaning in fields:
            body += comment(meaning, 4) + [f"    {field}: {kind}"]
        body += ["", "    @classmethod", f"    def _read(cls, c: Any) -> {class_of(name)}:", "        return cls("]
        body += [f"            {expression}," for _, _, expression, _ in fields] + ["        )"]
        used |= {kind for _, kind, _, _ in fields}
    kinds = set(re.findall(r"\w+", " ".join(used)))
    mine = sorted(kinds & {class_of(name) for name in d.enums})
    typing = sorted({"Any"} | kinds & {"FrozenSet", "Optional", "Tuple"})
    imports = ["from dataclasses import dataclass", "from datetime import datetime, timedelta",
               f"from typing import {', '.join(typing)}", "",
               "from ._convert import Row, duration, flag, instant, maybe, pairs, text, texts"]
    imports += textwrap.wrap(f"from .enums import ({', '.join(mine)})", 110, subsequent_indent=" " * 20)
    names = sorted(class_of(name) for name in rows_in_order(d))
    body += ["", "", "__all__ = ["] + [f'    "{name}",' for name in names] + ["]"]
    text = HEAD.format(about="What the library answers with.").rstrip("\n")
    return "\n".join([text, "", *imports, *body]) + "\n"
