"""How long Hypothesis looks: `HYPOTHESIS_PROFILE` is dev, ci (both by default), few or nightly."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Machines differ: nothing has a deadline, and a slow example is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("dev", patient, max_examples=25)
# The same examples on every run: a red gate can be run again.
settings.register_profile("ci", patient, max_examples=12, derandomize=True)
# For the older and newer Pythons and dependencies, where what matters is that everything runs.
settings.register_profile("few", patient, max_examples=6, derandomize=True)
settings.register_profile("nightly", patient, max_examples=10_000, print_blob=True)

unasked = "ci" if os.environ.get("CI") else "dev"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or unasked)
