"""Text or rows in, accounts and problems out: pure readers, of which none opens a file.

`records` reads rows of plain mappings, `fec` the French accounting export.
"""

from recouvrement.interop.reading import Counts, Problem, Reading

__all__ = ["Counts", "Problem", "Reading"]
