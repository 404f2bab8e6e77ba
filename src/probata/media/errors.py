"""What footage can refuse to us: not media, not readable, too large, no such picture, another picture than before."""

from __future__ import annotations

from probata.terms.errors import FootageError


class NotMedia(FootageError):
    """The bytes are something else than a picture, sound or video that we take."""

    code = "not_media"
    template = "The bytes are {found}, not footage that can be examined."
    advice = "Preserve them as they are; if they should be footage, the source may have answered with another thing."


class Unreadable(FootageError):
    """The bytes begin like footage, but a decoder can make nothing of them."""

    code = "unreadable"
    template = "The footage cannot be read: {why}."
    advice = "Keep the file: it may be damaged or cut short. Ask the source for it again, as a further acquisition."


class OverLimit(FootageError):
    """The footage is larger, longer or has more parts than this look is granted."""

    code = "over_limit"
    template = "The footage has {found} {what} and {allowed} are allowed."
    advice = "If it is sound, look again with higher limits."


class UnknownDecoder(FootageError):
    """The footage is in a coding whose decoder is not on our list."""

    code = "decoder_not_listed"
    template = "The footage is coded as {codec}, whose decoder is not one that we run on untrusted bytes."
    advice = "Preserve it; a rendition in another coding, made elsewhere and labelled so, can be examined."


class NoPictures(FootageError):
    """There is no picture in the footage."""

    code = "no_pictures"
    template = "There are no pictures in the footage."
    advice = "It may hold sound alone: look at its tracks."


class NoSuchFrame(FootageError):
    """The footage has no frame of that address."""

    code = "no_such_frame"
    template = "There is no frame {ordinal} among the {count} frames."
    advice = "Frames are counted from 0, in the order in which they are shown."


class AnotherPicture(FootageError):
    """The picture decoded now is not the picture that the table has under this address."""

    code = "another_picture"
    template = "Frame {ordinal} decodes to another picture than its table says: {found}, not {expected}."
    advice = (
        "The picture was not shown. The file, the table or the decoder is not the one that it was: run `probata check`."
    )
    advice_here = "The picture was not shown. Tell whoever keeps this machine: `probata check`, run there, says more."


class TableUnreadable(FootageError):
    """A stored table of frames is not one."""

    code = "table_unreadable"
    template = "The table of frames cannot be read: {why}."
    advice = "Make it again from the original; a table is a rendition."


class DecoderConfused(FootageError):
    """The jailed decoder failed by a fault of its own, or of ours."""

    code = "decoder_confused"
    template = "The jailed decoder failed: {why}."
    advice = "Nothing it made was used. Look again; if it fails again, report the kind of failure, not the footage."
