"""What can be proved of a policy without any account: to read it, to compare it, to change it."""

from recouvrement.policy.proofs.comparison import Difference, PolicyChange, diff
from recouvrement.policy.proofs.verification import Report, verify

__all__ = ["Difference", "PolicyChange", "Report", "diff", "verify"]
