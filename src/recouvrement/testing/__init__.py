"""What hosts test with: strategies for facts and accounts. The only room with Hypothesis in it."""

from recouvrement.testing import strategies

__all__ = ["strategies"]
