"""The print of a file's sound: asked for in the jail, and checked when it comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from probata.copies.sound.errors import SoundPrintUnreadable
from probata.copies.sound.soundprint import SoundPrint
from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused, Unreadable
from probata.media.passes import Consumer, Outcome, watch

CONSUMER: Final = Consumer(name="soundprint", target="probata.copies.jailed.hearing:Prints")


def print_of(outcome: Outcome) -> SoundPrint | None:
    """What `CONSUMER` made of a pass; None where it heard nothing or could not look, and `outcome.why` tells which.

    Raises `DecoderConfused` for what is no print.
    """
    if outcome.outcome != "found":
        return None
    try:
        return SoundPrint.from_bytes(outcome.result_as(bytes))
    except SoundPrintUnreadable as error:
        raise DecoderConfused(why=f"{outcome.name} answered out of form ({error})") from error


def soundprint_of(file: Path | int, jail: Jail | None = None) -> SoundPrint | None:
    """The print of one file's sound, decoded in the jail; None where the file has no sound.

    Raises `Unreadable` where the sound could not be heard, beside what `watch` raises.
    """
    outcome = watch(file, [CONSUMER], jail=jail).outcomes[CONSUMER.name]
    if outcome.outcome == "could_not_look":
        raise Unreadable(why=f"its sound could not be heard: {outcome.why}")
    return print_of(outcome)
