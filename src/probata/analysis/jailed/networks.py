"""ONNX Runtime as analysers use it in a sealed cell: one thread, no arena, nothing told to anybody."""

from __future__ import annotations

import os
from typing import Any

from probata.media.passes import CannotLook

_MOST_WHY = 200


def engine(extra: str) -> Any:  # noqa: ANN401  ONNX Runtime tells no types
    """The library, loaded while code can still be read; raises `CannotLook` where it is not installed."""
    # Told before it is loaded: its official builds report to their maker otherwise. No socket would open here anyway.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # noqa: PLC0415  it must not be loaded before it is told
    except ImportError as error:
        raise CannotLook(f"{error.name} is not installed here: pip install 'probata[{extra}]'") from error
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def session(library: Any, model: bytes, what: str) -> Any:  # noqa: ANN401  same
    """A model ready to run; raises `CannotLook`, naming `what` it is, for bytes that are none."""
    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    # Memory is given back after each picture or patch: an arena would grow against the cell's bound.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4  # only what is fatal; nothing of footage belongs in a log
    try:
        return library.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
        raise CannotLook(f"{what} cannot be loaded: {short(error)}") from error


def short(error: Exception) -> str:
    """What an error of a library says, on one line, within a bound."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MOST_WHY]
