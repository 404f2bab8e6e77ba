"""Speaks one sentence with eSpeak NG, in a process of its own: words on standard input, a WAV file on standard output.

Run as `python -m probata.cli.demo_footage.voice --language ru`. The library is under GPL version 3 and is loaded here
only, never in the process of Probata: see docs/why/044. Ends with 0, or with 9 and one line on standard error when the
voice is not to be had on this machine.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

NO_VOICE = 9
# Numbers of espeak-ng's speak_lib.h.
_OUTPUT_SYNCHRONOUS = 2
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_TEXT_IS_UTF8 = 1
_RANDOM_SEED = 1
_SAMPLE_BYTES = 2

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> int:
    """Read the words, speak them, write the sound."""
    parser = argparse.ArgumentParser(description="Speak standard input with eSpeak NG; WAV on standard output.")
    parser.add_argument("--language", required=True, help="an espeak-ng voice, such as ru or uk")
    parser.add_argument("--words-per-minute", type=int, default=150)
    parser.add_argument("--pitch", type=int, default=40, help="0 to 99")
    asked = parser.parse_args()
    try:
        import espeakng_loader  # an optional extra: its absence is an answer, not a failure
    except ImportError:
        print("the package espeakng-loader is not installed", file=sys.stderr)
        return NO_VOICE
    try:
        rate_hz, samples = _speak(espeakng_loader, sys.stdin.buffer.read(), asked)
    except OSError as why:
        print(f"the voice cannot be loaded: {why}", file=sys.stderr)
        return NO_VOICE
    with wave.open(sys.stdout.buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(_SAMPLE_BYTES)
        out.setframerate(rate_hz)
        out.setnframes(len(samples) // _SAMPLE_BYTES)  # told first: a pipe cannot go back to correct its header
        out.writeframesraw(samples)
    return 0


def _speak(espeakng_loader: ModuleType, words: bytes, asked: argparse.Namespace) -> tuple[int, bytes]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data_folder = espeakng_loader.get_data_path()
    rate_hz = library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, str(data_folder).encode(), 0)
    if rate_hz <= 0:
        message = "espeak-ng could not be initialised"
        raise OSError(message)
    spoken = bytearray()

    def collect(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: object) -> int:
        if samples and count > 0:
            spoken.extend(ctypes.string_at(samples, count * _SAMPLE_BYTES))
        return 0

    keep = _Callback(collect)  # held here: ctypes does not keep it alive
    library.espeak_SetSynthCallback(keep)
    if library.espeak_SetVoiceByName(asked.language.encode()) != 0:
        message = f"there is no voice for {asked.language}"
        raise OSError(message)
    library.espeak_ng_SetRandSeed(ctypes.c_long(_RANDOM_SEED))  # the same words give the same samples
    library.espeak_SetParameter(_PARAMETER_RATE, asked.words_per_minute, 0)
    library.espeak_SetParameter(_PARAMETER_PITCH, asked.pitch, 0)
    library.espeak_Synth(words, ctypes.c_size_t(len(words) + 1), 0, 0, 0, _TEXT_IS_UTF8, None, None)
    library.espeak_Synchronize()
    library.espeak_Terminate()
    return rate_hz, bytes(spoken)


if __name__ == "__main__":
    sys.exit(main())
