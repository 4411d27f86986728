"""The policy laws on every preset, on many cases: `python laws_at_length.py [cases] [preset …]`.

No test of every day: it takes some minutes a preset, so nox has a session for it.
"""

from __future__ import annotations

import sys
import time

from recouvrement.policy import preset, preset_names
from recouvrement.testing import check_policy

CASES = 10_000


def main(arguments: list[str]) -> int:
    """Tell each preset's result and time; how many of them some law fails on."""
    numbers = [int(one) for one in arguments if one.isdecimal()]
    names = [one for one in arguments if not one.isdecimal()] or list(preset_names())
    failing = 0
    for name in names:
        began = time.perf_counter()
        check = check_policy(preset(name), examples=numbers[0] if numbers else CASES)
        took = time.perf_counter() - began
        held = f"{len(check.passed)} laws held on {check.examples} cases"
        sys.stdout.write(f"{name}: {held}, {len(check.failed)} failed, in {took:.0f} s\n")
        for failure in check.failed:
            sys.stdout.write(f"\n{failure}\n\n")
        failing += bool(check.failed)
    return failing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
