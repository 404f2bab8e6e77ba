"""What can go wrong around a jail, each with its code: no jail to be had, or a jailed process that ended badly."""

from __future__ import annotations

from probata.terms.errors import EnvironmentLacking, FootageError


class NoJail(EnvironmentLacking):
    """This machine has no jail that holds, and untrusted bytes are not decoded without one."""

    code = "no_jail"
    template = "Footage is not decoded here, since no jail holds on this machine: {why}."
    advice = "Use Linux 5.13 or newer with Landlock enabled, or install bubblewrap."


class CellDied(FootageError):
    """The jailed process died of the footage; the program that asked lives on."""

    code = "decoder_died"
    template = "The jailed decoder ended while reading the footage: {why}."
    advice = "Keep the file: it may be damaged or made to harm decoders. Nothing else was touched."


class CellOutOfTime(CellDied):
    """The jailed process took longer than the footage is granted."""

    code = "decoder_out_of_time"
    template = "The jailed decoder was stopped: {why}."
    advice = "Keep the file; if it is long and sound, grant it more time and look again."


class CellOutOfMemory(CellDied):
    """The jailed process wanted more memory than the footage is granted."""

    code = "decoder_out_of_memory"
    template = "The jailed decoder was stopped when it asked for more than {memory_bytes} bytes of memory."
    advice = "Keep the file; if its pictures are large and sound, grant it more memory and look again."


class CellSaidTooMuch(CellDied):
    """The jailed process sent back more than it may."""

    code = "decoder_said_too_much"
    template = "The jailed decoder was stopped: it sent {why}."
    advice = "Keep the file: a decoder that answers out of form may have been taken over. Nothing it sent was used."
