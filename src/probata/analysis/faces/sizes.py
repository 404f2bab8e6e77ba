"""Frees the sizes that an ONNX model states of its input and outputs, so that it takes pictures of any size.

CenterFace was exported for ten pictures of 32 x 32; all its layers take any size. A model is a protocol buffer
(onnx.proto3): fields that say shapes are written anew, every other byte stays. No library for it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

_GRAPH = 7  # ModelProto
_INPUT, _OUTPUT, _VALUE_INFO = 11, 12, 13  # GraphProto
_TYPE, _TENSOR, _SHAPE, _DIM = 2, 1, 2, 1  # ValueInfoProto, TypeProto, TypeProto.Tensor, TensorShapeProto
_DIM_PARAM = 2  # TensorShapeProto.Dimension
_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5  # wire types
_CHANNELS_AT = 1


class NotAModel(Exception):
    """The bytes are no protocol buffer."""


def freed(model: bytes) -> bytes:
    """The model with batch, height and width free at its input and outputs."""
    return _with(model, _GRAPH, _freed_graph)


def _freed_graph(graph: bytes) -> bytes:
    kept = b"".join(raw for number, raw, _content in _fields(graph) if number != _VALUE_INFO)
    return _with(_with(kept, _INPUT, _freed_value), _OUTPUT, _freed_value)


def _freed_value(value: bytes) -> bytes:
    return _with(value, _TYPE, lambda kind: _with(kind, _TENSOR, lambda tensor: _with(tensor, _SHAPE, _freed_shape)))


def _freed_shape(shape: bytes) -> bytes:
    made, at = b"", 0
    for number, raw, _content in _fields(shape):
        free = number == _DIM and at != _CHANNELS_AT
        name = f"free_{at}".encode()
        made += _field(_DIM, _field(_DIM_PARAM, name)) if free else raw
        at += number == _DIM
    return made


def _with(message: bytes, wanted: int, change: Callable[[bytes], bytes]) -> bytes:
    return b"".join(
        _field(number, change(content)) if number == wanted else raw for number, raw, content in _fields(message)
    )


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Every field: its number, all its bytes, and its content where it has a length."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        kind, content = tag & 7, b""
        if kind == _VARINT:
            _value, at = _varint(message, at)
        elif kind == _LENGTH:
            length, at = _varint(message, at)
            content, at = message[at : at + length], at + length
        elif kind in {_EIGHT, _FOUR}:
            at += 8 if kind == _EIGHT else 4
        else:
            raise NotAModel(f"a field of kind {kind}")
        if at > len(message):
            raise NotAModel("it ends within a field")
        yield tag >> 3, message[start:at], content


def _field(number: int, content: bytes) -> bytes:
    return _as_varint(number << 3 | _LENGTH) + _as_varint(len(content)) + content


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise NotAModel("a number without an end")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _as_varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
