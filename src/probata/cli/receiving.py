"""How much of a request is received: 1 MiB, and a piece of an upload at the one address that takes them.

Waitress receives a whole request before anybody is asked; what is longer than 512 KiB it puts into a temporary file,
so that memory stays flat.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from probata.capture.uploads import PIECE_BYTES

MOST_REQUEST_BYTES = 1 << 20
# `add_file` of `probata.web.urls`, `uploads.piece` of the API; waitress gives the path decoded, without the question.
_UPLOAD = re.compile(r"/(?:add/files|api/uploads)/[0-9a-f]{32}")


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Allows a longer body once the head of a request says that it is a piece of an upload."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, then choose the limit that the body will meet."""
        super().parse_header(header_plus)
        if self.command in {"PATCH", "POST"} and _UPLOAD.fullmatch(self.path):
            longer: Any = copy.copy(self.adj)
            # What is as long as the limit is refused already.
            longer.max_request_body_size = PIECE_BYTES + 1
            self.adj = longer


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class = Parser
