"""What can stand in the way of making or reading the demo's footage."""

from __future__ import annotations

from probata.terms.errors import EnvironmentLacking, FootageError


class OrdinalUnreadable(FootageError):
    """A picture that should say its own frame number does not, so the frame cannot be named."""

    code = "demo_ordinal_unreadable"
    template = "The picture bears no readable frame ordinal: {why}."
    advice = "Give the whole picture, upright and without borders, as `make_ordinal_clip` drew it."


class NoVideoEncoder(EnvironmentLacking):
    """None of the encoders that the demo knows came with the installed PyAV."""

    code = "demo_no_video_encoder"
    template = "The installed PyAV offers none of these video encoders: {encoders}."
    advice = "Install PyAV from its published wheels: `pip install --force-reinstall av`."


class NoVoice(EnvironmentLacking):
    """The synthetic voice of the demo is not to be had on this machine."""

    code = "demo_no_voice"
    template = "No synthetic voice: {why}."
    advice = "Install it with `pip install 'probata[demo]'`; without it the demo's clips are made without speech."
