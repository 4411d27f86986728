"""What hosts test with: strategies for facts and accounts, and the laws run on their own policies.

The only room with Hypothesis in it.
"""

from recouvrement.testing import strategies
from recouvrement.testing.checking import Check, Failure, Waived, check_policy

__all__ = ["Check", "Failure", "Waived", "check_policy", "strategies"]
