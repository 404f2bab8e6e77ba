"""Messages between a program and its jailed process: length, then bytes, each with a cap and a deadline."""

from __future__ import annotations

import select
import socket
import struct
import time

from probata.engines.sandbox.errors import CellOutOfTime, CellSaidTooMuch

_LENGTH = struct.Struct(">Q")
_PIECE_BYTES = 1 << 20


class Closed(Exception):
    """The other side has gone."""


class Channel:
    """One end of a private pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    @classmethod
    def from_handle(cls, handle: int) -> Channel:
        """The end that was handed to this process as an open file descriptor."""
        return cls(socket.socket(fileno=handle))

    def send(self, message: bytes) -> None:
        """Send one message whole; raises `Closed` if nobody is there to read it."""
        try:
            self._end.sendall(_LENGTH.pack(len(message)))
            self._end.sendall(message)
        except OSError as error:
            raise Closed from error

    def receive(self, *, most_bytes: int, within_s: float | None = None) -> bytes:
        """Take one message, waiting at most `within_s` seconds for it to be whole.

        Raises `Closed` if the other side goes, `CellOutOfTime` or `CellSaidTooMuch` if it breaks its bounds.
        """
        deadline = None if within_s is None else time.monotonic() + within_s
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        if length > most_bytes:
            raise CellSaidTooMuch(why=f"an answer of {length} bytes where {most_bytes} are allowed")
        return self._exactly(length, deadline)

    def is_spoken_to(self, within_s: float = 0) -> bool:
        """Whether something has arrived, or does so within so many seconds; true too once the other side is gone."""
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        return bool(poll.poll(within_s * 1000))

    def hand_over(self, message: bytes, handles: list[int]) -> None:
        """Send one short message together with open file descriptors (unix(7), SCM_RIGHTS)."""
        try:
            socket.send_fds(self._end, [message], handles)
        except OSError as error:
            raise Closed from error

    def take_over(self, *, most_bytes: int, most_handles: int) -> tuple[bytes, list[int]]:
        """Receive what `hand_over` sent; raises `Closed` if the other side goes."""
        message, handles, _flags, _address = socket.recv_fds(self._end, most_bytes, most_handles)
        if not message:
            raise Closed
        return message, list(handles)

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        whole = bytearray()
        while len(whole) < count:
            self._wait(deadline)
            try:
                piece = self._end.recv(min(_PIECE_BYTES, count - len(whole)))
            except OSError as error:
                raise Closed from error
            if not piece:
                raise Closed
            whole += piece
        return bytes(whole)

    def _wait(self, deadline: float | None) -> None:
        if deadline is None:
            return
        left_s = deadline - time.monotonic()
        poll = select.poll()  # select() cannot take descriptors past 1023, which servers reach
        poll.register(self._end, select.POLLIN)
        if left_s <= 0 or not poll.poll(left_s * 1000):
            raise CellOutOfTime(why="it was silent for too long")


def pair() -> tuple[Channel, socket.socket]:
    """A new private pair: our end as a channel, and the end to hand over."""
    ours, theirs = socket.socketpair()
    return Channel(ours), theirs
