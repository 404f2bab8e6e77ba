"""When something was, from all that bounds it: every window that is left, and the bounds that cannot both hold.

`read` takes a document of bounds, `solve` works it out, `as_json` tells it. The solver underneath (`answer`) counts in
whole ticks and knows nothing of clocks.
"""

from __future__ import annotations

from probata.verification.when.answers import answer
from probata.verification.when.document import read, read_text
from probata.verification.when.solving import solve
from probata.verification.when.telling import as_json

__all__ = ["answer", "as_json", "read", "read_text", "solve"]
