#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write lib/score/tables.c: constants of hazards and survivals, from their definitions in lib/score/tables.h.

usage: score-tables.py             prints the file
       score-tables.py --check FILE   exit status 1 when FILE is something else
"""
import decimal
import sys
from decimal import Decimal

decimal.getcontext().prec = 60
LN2 = Decimal(2).ln()


def units(value, bits):
    """The nearest integer in units of 2^-bits."""
    return int((value * 2**bits).to_integral_value(decimal.ROUND_HALF_EVEN))


def power(exponent):
    return (LN2 * exponent).exp()


def array(declaration, items, per_line):
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    return f"const {declaration} = {{\n" + "".join(f"\t{line},\n" for line in lines) + "};\n"


def hexadecimal(values):
    return [f"UINT64_C(0x{v:016x})" for v in values]


def tables():
    logarithms = []
    for i in range(128):
        reciprocal = (1 << 14) * 256 // (129 + i)
        log2 = units((Decimal(reciprocal) / (1 << 14)).ln() / LN2, 63)
        logarithms.append(f"{{ UINT64_C(0x{log2:016x}), {reciprocal} }}")
    series = [units(1 / (k * LN2), 63) for k in range(9, 0, -1)]
    high = [units(power(-Decimal(i) / 2**8), 63) for i in range(256)]
    low = [units(1 - power(-Decimal(i) / 2**16), 72) for i in range(256)]
    return "\n".join((
        "/* SPDX-License-Identifier: MIT */\n"
        "/* Constants of hazards and survivals. Written by tests/tools/score-tables.py: do not edit. */\n"
        '#include "tables.h"\n',
        array("rpv__logarithm rpv__logarithms[128]", logarithms, 2),
        array("uint64_t rpv__logarithm_series[RPV__SERIES]", hexadecimal(series), 3),
        array("uint64_t rpv__survival_high[256]", hexadecimal(high), 3),
        array("uint64_t rpv__survival_low[256]", hexadecimal(low), 3),
    ))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        with open(sys.argv[2], encoding="ascii") as file:
            if file.read() != tables():
                sys.exit(f"{sys.argv[2]} is not what this script writes")
    elif len(sys.argv) == 1:
        sys.stdout.write(tables())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
