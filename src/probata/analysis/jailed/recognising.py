"""Listens to a pass, finds where a voice is heard and has a model write down what it says: inside the jail.

The weights come in as bytes whose digest was checked outside, and are parsed only once the cell has given up its last
powers. The libraries that run them are imported before that, while code can still be read. A stretch is written down as
soon as it has ended, so that a film of hours neither fills the memory nor keeps its parent waiting.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.fft  # loaded before files are out of reach: numpy itself would do these late
import numpy.ma
import numpy.random
from numpy.typing import NDArray

from probata.analysis.speech import voices
from probata.analysis.speech.clock import Clock
from probata.analysis.speech.stretches import WINDOW, Cutter, Rules, Stretch
from probata.media.jailed.sound import SoundBlock
from probata.media.passes import CannotLook

_RATE_HZ = 16_000
_CONTEXT = 64  # samples of the window before, which Silero's detector takes along
_MOST_WHY = 200
_PRECISION_HZ = 50  # Whisper places words on a grid of 20 ms
# What no library may do here: no socket would open, but none shall try either.
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class Recogniser:
    """Every stretch in which a voice is heard, with what a model makes of it; and how much sound there was.

    `speech` are the files of a Whisper model for CTranslate2, by name; `voice` is Silero's detector as ONNX.
    """

    sound_rate_hz = _RATE_HZ

    def __init__(
        self,
        *,
        speech: Mapping[str, bytes],
        voice: bytes,
        rules: Mapping[str, Any],
        beam: int,
        threads: int,
        draft: bool = False,
    ) -> None:
        self._engines = _engines()
        self._speech, self._voice = dict(speech), voice
        self._beam, self._threads, self._draft = beam, threads, draft
        self._cutter = Cutter(Rules(**rules))
        self._detector: Detector | None = None
        self._model: Any = None
        self._kept = np.zeros(0, np.float32)
        self._kept_from = 0
        self._asked = 0  # samples that the detector has heard
        self._samples = 0
        self._peak = 0.0
        self._last: SoundBlock | None = None
        self._found: list[tuple[Stretch, dict[str, Any]]] = []

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        mono = np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0)
        self._last = block
        self._samples += len(mono)
        self._peak = max(self._peak, float(np.abs(mono).max(initial=0.0)))
        self._kept = np.concatenate([self._kept, mono])
        whole = (self._samples - self._asked) // WINDOW
        if whole:
            self._ask(whole)

    def finish(self) -> dict[str, Any] | None:
        """All stretches with exact times, and the facts of the sound; nothing where there is none."""
        if self._last is None:
            return None
        if self._samples > self._asked:
            self._kept = np.concatenate([self._kept, np.zeros(WINDOW, np.float32)])
            self._ask(1)
        for stretch in self._cutter.finish(self._samples):
            self._write_down(stretch)
        clock = Clock(self._last.anchors, _RATE_HZ)
        return {
            "samples": self._samples,
            "rate_hz": _RATE_HZ,
            "peak": self._peak,
            "brief": self._cutter.brief,
            "jumps": max(0, len(self._last.anchors) - 1),
            "time_base": clock.time_base,
            "stretches": [_timed(stretch, made, clock) for stretch, made in self._found],
        }

    def _ask(self, windows: int) -> None:
        if self._detector is None:
            self._detector = Detector(self._engines[0], self._voice)
            self._voice = b""
        start = self._asked - self._kept_from
        heard = self._detector.probabilities(self._kept[start : start + windows * WINDOW].reshape(windows, WINDOW))
        self._asked += windows * WINDOW
        for stretch in self._cutter.take(heard):
            self._write_down(stretch)
        drop = min(self._cutter.needed_from, self._asked) - self._kept_from
        if drop > _RATE_HZ:
            self._kept = self._kept[drop:]
            self._kept_from += drop

    def _write_down(self, stretch: Stretch) -> None:
        samples = self._kept[stretch.start - self._kept_from : stretch.end - self._kept_from]
        if self._model is None:
            self._model = _model(self._engines[1], self._speech, self._threads)
            self._speech = {}
        try:
            self._found.append((stretch, _written(self._model, samples, stretch, self._beam, draft=self._draft)))
        except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
            raise CannotLook(f"the speech model failed: {_short(error)}") from error


class Detector:
    """Silero's voice activity detector, asked window by window; it remembers what it heard before."""

    def __init__(self, engine: Any, model: bytes) -> None:  # noqa: ANN401  ONNX Runtime tells no types
        options = engine.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        options.log_severity_level = 4
        try:
            self._session = engine.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # same
            raise CannotLook(f"the voice detector cannot be loaded: {_short(error)}") from error
        self._h = self._c = np.zeros((1, 1, 128), np.float32)
        self._before = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, windows: NDArray[np.float32]) -> list[float]:
        """How likely a voice is heard in each of these windows, which follow those of the last call."""
        before = np.concatenate([self._before[None], windows[:-1, -_CONTEXT:]])
        told, self._h, self._c = self._session.run(
            None, {"input": np.concatenate([before, windows], axis=1), "h": self._h, "c": self._c}
        )
        self._before = windows[-1, -_CONTEXT:].copy()
        return [float(probability) for probability in np.asarray(told).ravel()]


def _engines() -> tuple[Any, Any]:
    # Set before the libraries are loaded; a cell's environment is its own.
    os.environ.update(_QUIET)
    try:
        import onnxruntime  # noqa: PLC0415  it must not be loaded before it is told

        onnxruntime.disable_telemetry_events()
        import faster_whisper  # noqa: PLC0415  same
    except ImportError as error:
        raise CannotLook(f"{error.name} is not installed here: pip install 'probata[speech]'") from error
    return onnxruntime, faster_whisper


def _model(engine: Any, files: Mapping[str, bytes], threads: int) -> Any:  # noqa: ANN401  it tells no types
    try:
        model = engine.WhisperModel(
            "given",
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            local_files_only=True,
            files=dict(files),
        )
    except Exception as error:  # the edge of a plug-in
        raise CannotLook(f"the speech model cannot be loaded: {_short(error)}") from error
    model.encode = _once(model.encode)
    return model


def _written(
    model: Any,  # noqa: ANN401
    samples: NDArray[np.float32],
    stretch: Stretch,
    beam: int,
    *,
    draft: bool,
) -> dict[str, Any]:
    # Temperature 0 alone: nothing is drawn by lot, so the same sound gives the same words. No text goes on into the
    # next stretch. Nothing is left out by the model's own thresholds: what fails a guard is kept, as doubtful.
    likely = _languages(model, samples)
    language = max(likely, key=lambda code: (likely[code], code))
    segments, _told = model.transcribe(
        samples,
        language=language,
        beam_size=beam,
        temperature=[0.0],
        condition_on_previous_text=False,
        word_timestamps=True,
        no_speech_threshold=None,
        compression_ratio_threshold=None,
        log_prob_threshold=None,
    )
    written = [_segment(one, stretch) for one in segments if one.text.strip()]
    for one in written:
        one["pitch"] = voices.pitch_of(samples[one["start"] : one["end"]], _RATE_HZ)
    drafted = _drafted(model, samples, language, beam) if draft and written and language != "en" else ""
    return {"language": language, "languages": likely, "segments": written, "draft": drafted}


def _drafted(model: Any, samples: NDArray[np.float32], language: str, beam: int) -> str:  # noqa: ANN401
    """The stretch in English as the model has it: for triage alone, since a model of this size invents content."""
    segments, _told = model.transcribe(
        samples,
        task="translate",
        language=language,
        beam_size=beam,
        temperature=[0.0],
        condition_on_previous_text=False,
    )
    return " ".join(one.text.strip() for one in segments if one.text.strip())


def _languages(model: Any, samples: NDArray[np.float32]) -> dict[str, float]:  # noqa: ANN401
    """How likely the stretch is in each language; a model of English alone says English."""
    if not model.model.is_multilingual:
        return {"en": 1.0}
    features = model.feature_extractor(samples)[:, :-1]  # without the last, as `transcribe` takes them
    most = model.feature_extractor.nb_max_frames
    padded = np.pad(features[:, :most], [(0, 0), (0, max(0, most - features.shape[1]))])
    (told,) = model.model.detect_language(model.encode(padded))
    return {token.strip("<|>"): float(likely) for token, likely in told}


def _once(encode: Callable[[NDArray[np.float32]], Any]) -> Callable[[NDArray[np.float32]], Any]:
    # Encoding is the dear part, and languages and words are read from the same: what was encoded last is kept.
    kept: list[tuple[NDArray[np.float32], Any]] = []

    def encoded(features: NDArray[np.float32]) -> Any:  # noqa: ANN401
        if not kept or not np.array_equal(kept[0][0], features):
            kept[:] = [(features, encode(features))]
        return kept[0][1]

    return encoded


def _segment(one: Any, stretch: Stretch) -> dict[str, Any]:  # noqa: ANN401
    length = stretch.end - stretch.start
    start, end = _within(one.start, length), _within(one.end, length)
    words = [
        {
            "text": word.word,
            "start": _within(word.start, length),
            "end": max(_within(word.start, length), _within(word.end, length)),
            "probability": float(word.probability),
        }
        for word in one.words or ()
    ]
    if words:
        start, end = words[0]["start"], words[-1]["end"]
    return {
        "text": one.text.strip(),
        "start": start,
        "end": max(start, end),
        "words": words,
        "no_speech": float(one.no_speech_prob),
        "log_probability": float(one.avg_logprob),
        "compression": float(one.compression_ratio),
        "voiced": stretch.share(start, max(end, start + 1)),
        "probability": float(np.mean([word["probability"] for word in words])) if words else 0.0,
    }


def _within(seconds: float, length: int) -> int:
    """A time that the model tells as a sample of its stretch: on its grid, and inside."""
    return min(max(0, round(seconds * _PRECISION_HZ) * (_RATE_HZ // _PRECISION_HZ)), length)


def _timed(stretch: Stretch, made: dict[str, Any], clock: Clock) -> dict[str, Any]:
    # The same with every sample as the tick at which it is heard.
    def placed(one: dict[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in one.items() if name not in {"start", "end"}}
        start_pts, end_pts = clock.span(stretch.start + one["start"], stretch.start + one["end"])
        return {**rest, "start_pts": start_pts, "end_pts": end_pts}

    start_pts, end_pts = clock.span(stretch.start, stretch.end)
    segments: Sequence[dict[str, Any]] = made["segments"]
    return {
        **made,
        "start_pts": start_pts,
        "end_pts": end_pts,
        "segments": [{**placed(one), "words": [placed(word) for word in one["words"]]} for one in segments],
    }


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MOST_WHY]
