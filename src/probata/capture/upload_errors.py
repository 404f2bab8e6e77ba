"""What can go wrong with an upload: what happened to which file, what was kept, what to do."""

from __future__ import annotations

from probata.terms.errors import NotFound, Refused, StorageError


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's."""

    code = "upload_not_found"
    template = "There is no upload of yours under {upload}."
    advice = "It may have expired or been cancelled: choose the file again, and it starts from the beginning."


class OffsetDiffers(Refused):
    """A piece does not begin where the bytes on the disk end."""

    code = "upload_offset_differs"
    template = "The piece begins at byte {offset}, but {received} bytes of {name} are here; it was not taken."
    advice = "Ask how far it is and go on from there."


class PieceDiffers(Refused):
    """A piece does not have the digest that was sent with it."""

    code = "upload_piece_differs"
    template = "A piece of {name} did not arrive as it was sent; it was thrown away. {received} bytes are here."
    advice = "Send it again. If it happens again, the file changes while it is read, or the connection damages it."


class PieceTooLarge(Refused):
    """A piece reaches beyond the size that was declared."""

    code = "upload_piece_too_large"
    template = "A piece of {name} reaches beyond the {size} bytes that were announced; it was not taken."
    advice = "The file changed since it was chosen: cancel it and choose it again."


class UploadBusy(Refused):
    """Somebody writes into it at this moment."""

    code = "upload_busy"
    template = "Another page or tab is writing into the upload of {name} at this moment; nothing was changed."
    advice = "Close the other page, or wait a minute and go on."


class UploadTooLarge(Refused):
    """The file is larger than what is taken from a browser."""

    code = "upload_too_large"
    template = "{name} has {size} bytes; from a browser at most {most} are taken."
    advice = "Bring it to the machine that serves the workbench and run `probata add FILE` there."


class TooMuchWaits(Refused):
    """One person has too many unfinished uploads."""

    code = "upload_too_much_waits"
    template = "{waiting} of your uploads with {bytes} bytes are unfinished; {name} was not begun."
    advice = "Finish or cancel some of them first: they stand on the page that adds files."


class NoRoom(StorageError):
    """The disk has no room for what was announced."""

    code = "upload_no_room"
    template = "{name} would take {needed} bytes while it is brought in, and {free} are free; it was not begun."
    advice = "Free space on the disk of the workspace, or finish other uploads first, then begin it again."


class PartDamaged(StorageError):
    """Bytes on the disk are no longer those that were received."""

    code = "upload_part_damaged"
    template = "Of {name} only the first {received} bytes are still as they came; the rest was thrown away."
    advice = "Choose the file again: it goes on from there. Have the disk checked."


class UploadStopped(StorageError):
    """The disk filled up while pieces came."""

    code = "upload_stopped"
    template = "The disk is full: the last piece of {name} was not taken. What came before is kept."
    advice = "Free space on the disk of the workspace, then go on with it: it continues where it stopped."
