"""The static proof of a policy: what can never happen, and what will happen that nobody wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from recouvrement.errors import InvalidInput
from recouvrement.policy.condition import Condition
from recouvrement.policy.course import Course
from recouvrement.policy.criteria import Scope, Worse
from recouvrement.policy.diagrams import NEVER, Diagram, TooLarge
from recouvrement.policy.endings import Endings
from recouvrement.policy.findings import Doubt, Finding, FindingKind, Undecided
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.life import life
from recouvrement.policy.links import Stand
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.reaching import Proof, Reaching
from recouvrement.policy.regions import Regions
from recouvrement.policy.witnesses import Realising, Witness
from recouvrement.tables import html_table
