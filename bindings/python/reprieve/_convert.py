# SPDX-License-Identifier: MIT
"""Between values of C and values of Python: texts, times, bits, structs."""
from __future__ import annotations

import ctypes
import dataclasses
import enum
import operator
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional, Tuple, cast

from . import _abi, enums

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
#: words for arguments whose bit in `given` is called otherwise
FIELDS = {"recommended_version": "VERSION", "recommended_vendor": "NEW_VENDOR", "recommended_program": "NEW_PROGRAM"}
#: enumerations whose values are bits already
BITS = {"State", "RemediationStatus"}
#: members that are no instants
DURATIONS = {"duration_ms", "reconnect_ms", "review_interval_ms", "statement_timeout_ms", "total_ms", "within_ms"}
RANGES = {ctypes.c_uint8: (0, 2**8), ctypes.c_uint32: (0, 2**32), ctypes.c_uint64: (0, 2**64),
          ctypes.c_int32: (-2**31, 2**31), ctypes.c_int64: (-2**63, 2**63)}


class Unset(enum.Enum):
    """The type of UNSET."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


#: an argument that was not given: leaves the known value alone, where None means "back to the default"
UNSET = Unset.UNSET


class Row:
    """What the library answers with: immutable values. The repr leaves out what says nothing."""

    def __repr__(self) -> str:
        shown, me = [], cast(Any, self)
        for field in dataclasses.fields(me):
            value = getattr(self, field.name)
            if value is None or value is False or value in ("", 0, (), frozenset(), timedelta(0)):
                continue
            if isinstance(value, datetime):
                value = value.isoformat(timespec="milliseconds" if value.microsecond else "seconds").replace("+00:00", "Z")
                shown.append(f"{field.name}={value}")
            elif isinstance(value, timedelta):
                shown.append(f"{field.name}={value}")
            else:
                shown.append(f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


def instant(ms: int) -> Optional[datetime]:
    return EPOCH + ms * MILLISECOND if ms else None


def duration(ms: int) -> timedelta:
    return ms * MILLISECOND


def text(value: Optional[bytes]) -> str:
    return value.decode() if value is not None else ""


def maybe(value: Optional[bytes]) -> Optional[str]:
    return value.decode() if value is not None else None


def texts(array: Any, count: int) -> Tuple[str, ...]:
    return tuple(array[i].decode() for i in range(count))


def pairs(array: Any, count: int) -> Tuple[Tuple[str, str], ...]:
    return tuple((array[i].decode(), array[i + 1].decode()) for i in range(0, count, 2))


def flag(value: int) -> Optional[bool]:
    return None if value == 0 else value == _abi.rpv_flag.RPV_FLAG_TRUE


def to_bytes(value: str, what: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {type(value).__name__}")
    data = str.encode(value)  # whatever a class of the host makes of it
    if b"\0" in data:
        raise ValueError(f"{what} holds U+0000")
    return data


def maybe_bytes(value: Optional[str], what: str) -> Optional[bytes]:
    return None if value is None else to_bytes(value, what)


def to_duration(value: Any, what: str) -> int:
    """A timedelta in milliseconds; what is finer is cut off."""
    if not isinstance(value, timedelta):
        raise TypeError(f"{what} must be a timedelta, not {type(value).__name__}")
    return value // MILLISECOND


def to_count(value: Any, what: str) -> int:
    """A number that C counts with."""
    number = to_int(value, what)
    if not 0 <= number < 2**64:
        raise ValueError(f"{what} is out of range: {number}")
    return number


def to_int(value: Any, what: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be an int, not {type(value).__name__}") from None


def to_ms(value: Any, what: str) -> int:
    """An instant in milliseconds; what is finer is cut off."""
    if not isinstance(value, datetime):
        raise TypeError(f"{what} must be a datetime, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise ValueError(f"{what} is a naive datetime, which could mean any instant: give it a tzinfo, such as timezone.utc")
    ms = (value - EPOCH) // MILLISECOND
    if ms <= 0:
        raise ValueError(f"{what} lies before 1970")
    return ms


def class_of(name: str) -> Any:
    """The enumeration of Python for one of C."""
    return getattr(enums, "".join(part.capitalize() for part in name[len("rpv_"):].split("_")))


def number_of(kind: str, value: Any, what: str) -> int:
    """The number of an enumerator; of True, False and None where C has a flag."""
    if kind == "rpv_flag":
        if type(value).__name__ not in ("bool", "bool_"):  # the latter is NumPy's
            raise TypeError(f"{what} must be True, False or None, not {type(value).__name__}")
        return 1 + bool(value)
    cls = class_of(kind)
    if not isinstance(value, cls):
        raise TypeError(f"{what} must be of {cls.__name__}, not {type(value).__name__}")
    return int(value.value)


def bits_of(kind: str, value: Any, what: str) -> int:
    """One enumerator or several, as bits."""
    if isinstance(value, enum.Flag):
        return number_of(kind, value, what)
    total = 0
    for one in (value,) if isinstance(value, enum.Enum) or not hasattr(value, "__iter__") else value:
        number = number_of(kind, one, what)
        total |= number if type(one).__name__ in BITS else 1 << number
    return total


def to_texts(value: Any, what: str) -> Any:
    """An array of texts; a tuple of two texts, as of evidence, counts as two."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{what} must be several texts, not one")
    flat: List[bytes] = []
    for one in value:
        flat.extend(to_bytes(part, what) for part in (one if isinstance(one, tuple) else (one,)))
    return (ctypes.c_char_p * len(flat))(*flat)


_kinds: Dict[type, Dict[str, Any]] = {}


def members(struct: Any) -> Dict[str, Any]:
    """Member -> type, of a class of structs."""
    return dict(struct._fields_)


def rows_of(kind: Any, rows: Any) -> Any:
    """An array of structs from rows."""
    return (kind * len(rows))(*(fill(kind(), **vars(row)) for row in rows))


def put(struct: Any, kinds: Dict[str, Any], enumerated: Dict[str, str], name: str, value: Any) -> None:
    """Sets one member."""
    timed = f"{name}_ms"
    member = timed if name not in kinds or isinstance(value, (datetime, timedelta)) and timed in kinds else name
    kind = kinds[member]
    if member in DURATIONS:
        number = to_duration(value, name)
    elif member.endswith("_ms"):
        number = to_ms(value, name)
    elif kind is ctypes.c_char_p:
        setattr(struct, member, to_bytes(value, name))
        return
    elif kind is ctypes.POINTER(ctypes.c_char_p):
        array = to_texts(value, name)
        setattr(struct, member, array)
        names = [key for key, _ in struct._fields_]
        setattr(struct, names[names.index(member) + 1], len(array))
        return
    elif kind is ctypes.c_double:
        if isinstance(value, (str, bytes)):
            raise TypeError(f"{name} must be a float, not {type(value).__name__}")
        setattr(struct, member, float(value))
        return
    elif isinstance(value, Row):
        setattr(struct, member, fill(kind(), **vars(value)))
        return
    elif isinstance(value, tuple):
        put_several(struct, kind, member, value)
        return
    elif member in enumerated and kind is ctypes.c_uint32:
        number = bits_of(enumerated[member], value, name)
    elif member in enumerated:
        number = number_of(enumerated[member], value, name)
    else:
        number = to_int(value, name)
    low, high = RANGES[kind]
    if not low <= number < high:
        raise ValueError(f"{name} is out of range: {number}")
    setattr(struct, member, number)


def put_several(struct: Any, kind: Any, member: str, values: Tuple[Any, ...]) -> None:
    """Sets an array in a struct, or a pointer to rows and the count behind it."""
    if issubclass(kind, ctypes.Array):
        setattr(struct, member, kind(*values))
        return
    setattr(struct, member, rows_of(kind._type_, values))
    names = [key for key, _ in struct._fields_]
    setattr(struct, names[names.index(member) + 1], len(values))


def fill(struct: Any, **values: Any) -> Any:
    """Sets what is given of a struct, and its size; None and UNSET leave a member at zero."""
    cls = type(struct)
    kinds = _kinds.get(cls)
    if kinds is None:
        kinds = _kinds.setdefault(cls, members(cls))
    if "struct_size" in kinds:
        struct.struct_size = ctypes.sizeof(struct)
    enumerated: Dict[str, str] = _abi.ENUMS.get(cls.__name__, {})
    for name, value in values.items():
        if value is not None and value is not UNSET:
            put(struct, kinds, enumerated, name, value)
    return struct


def facts(struct: Any, fields: Any, prefix: str, **values: Any) -> Any:
    """As fill(), with the bits of `given`: None sets a field back to its default."""
    fill(struct, **values)
    for name, value in values.items():
        bit = getattr(fields, prefix + FIELDS.get(name, name.upper()), None)
        if bit is not None and value is not UNSET and getattr(value, "name", "") != "UNCHANGED":
            struct.given |= bit
    return struct
