"""Small ONNX models made by code: one that describes pictures, and some that do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

LENGTH = 64
_PARTS = 12


def model(
    *, seed: int = 0, layout: str = "nchw", kind: str = "float", size: Sequence[int | str] = (96, 96), batch: Any = "n"
) -> bytes:
    """Describes a picture by the means of 12 by 12 parts, less their own mean, laid on 64 random directions.

    It is like nothing that was learned, and yet near for copies and far for other pictures. `nhwc` takes colours last;
    `uint8` takes bytes and evens them out by itself, as `float` wants it done before.
    """
    from onnx import TensorProto, helper

    height, width = size
    free = not all(isinstance(side, int) for side in size)
    nodes, held = [], {}
    last = "picture"
    if kind != "float":
        nodes.append(helper.make_node("Cast", [last], ["cast"], to=TensorProto.FLOAT))
        last = "cast"
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", [last], ["turned"], perm=[0, 3, 1, 2]))
        last = "turned"
    if kind == "uint8":
        held["mean"] = np.array([123.675, 116.28, 103.53], np.float32).reshape(1, 3, 1, 1)
        held["spread"] = np.array([58.395, 57.12, 57.375], np.float32).reshape(1, 3, 1, 1)
        nodes += [
            helper.make_node("Sub", [last, "mean"], ["less"]),
            helper.make_node("Div", ["less", "spread"], ["even"]),
        ]
        last = "even"
    sides = [side if isinstance(side, int) else 288 for side in size]
    steps = [side // _PARTS for side in sides]
    held["directions"] = np.random.default_rng(seed).normal(size=(3 * _PARTS**2, LENGTH)).astype(np.float32)
    nodes += [
        helper.make_node("AveragePool", [last], ["parts"], kernel_shape=steps, strides=steps),
        helper.make_node("ReduceMean", ["parts"], ["middle"], axes=[2, 3], keepdims=1),
        helper.make_node("Sub", ["parts", "middle"], ["apart"]),
        helper.make_node("Flatten", ["apart"], ["flat"]),
        helper.make_node("MatMul", ["flat", "directions"], ["vector"]),
    ]
    shape = [batch, 3, height, width] if layout == "nchw" else [batch, height, width, 3]
    assert free or all(side % _PARTS == 0 for side in sides)
    return built(nodes, {"picture": (kind, shape)}, {"vector": ("float", [batch, LENGTH])}, held)


Arguments = dict[str, tuple[str, Sequence[int | str]]]


def built(nodes: list[Any], takes: Arguments, gives: Arguments, held: dict[str, Any] | None = None) -> bytes:
    """A model of these steps; what it takes and gives by kind and shape; what it holds by value."""
    from onnx import TensorProto, helper, numpy_helper

    kinds = {"float": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "uint8": TensorProto.UINT8}
    kinds |= {"int64": TensorProto.INT64}
    inputs, outputs = (
        [helper.make_tensor_value_info(name, kinds[kind], shape) for name, (kind, shape) in told.items()]
        for told in (takes, gives)
    )
    constants = [numpy_helper.from_array(value, name) for name, value in (held or {}).items()]
    graph = helper.make_graph(nodes, "made by code", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def passing(shape: Sequence[int | str], *, kind: str = "float", given: Sequence[int | str] | None = None) -> bytes:
    """A model that gives the numbers of its picture as they are, row after row."""
    from onnx import helper

    node = helper.make_node("Flatten", ["picture"], ["vector"])
    return built([node], {"picture": (kind, shape)}, {"vector": (kind, given or ["n", "m"])})


def two_inputs() -> bytes:
    """A model that wants a picture and something beside it."""
    from onnx import helper

    shape = ["n", 3, 96, 96]
    nodes = [helper.make_node("Add", ["picture", "more"], ["both"]), helper.make_node("Flatten", ["both"], ["vector"])]
    return built(nodes, {"picture": ("float", shape), "more": ("float", shape)}, {"vector": ("float", ["n", "m"])})


def two_vectors() -> bytes:
    """A model that gives two vectors and does not say which of them describes the picture."""
    from onnx import helper

    nodes = [helper.make_node("Flatten", ["picture"], ["one"]), helper.make_node("Neg", ["one"], ["other"])]
    gives: Arguments = {"one": ("float", ["n", "m"]), "other": ("float", ["n", "m"])}
    return built(nodes, {"picture": ("float", ["n", 3, 32, 32])}, gives)


def _ending_in(*steps: Any, held: dict[str, Any]) -> bytes:
    """Numbers of a picture, and what is done to them last; `vector` is given."""
    from onnx import helper

    first = helper.make_node("GlobalAveragePool", ["picture"], ["colours"])
    flat = helper.make_node("Flatten", ["colours"], ["flat"])
    gives: Arguments = {"vector": ("float", ["n", "m"])}
    return built([first, flat, *steps], {"picture": ("float", ["n", 3, 96, 96])}, gives, held)


def nowhere() -> bytes:
    """A model that gives nothing but zeros."""
    from onnx import helper

    zeros = np.zeros((3, LENGTH), np.float32)
    return _ending_in(helper.make_node("MatMul", ["flat", "zeros"], ["vector"]), held={"zeros": zeros})


def failing() -> bytes:
    """A model whose steps do not fit each other, which shows only when it runs."""
    from onnx import helper

    step = helper.make_node("Reshape", ["flat", "shape"], ["vector"])
    return _ending_in(step, held={"shape": np.array([7, 11], np.int64)})


def eating(count: int) -> bytes:
    """The attack `a model that eats memory`: it asks for so many numbers, of which it gives the first."""
    from onnx import helper

    steps = [
        helper.make_node("Shape", ["flat"], ["known"]),
        helper.make_node("Mul", ["known", "many"], ["sizes"]),
        helper.make_node("ConstantOfShape", ["sizes"], ["vector"]),
    ]
    return _ending_in(*steps, held={"many": np.array([1, count], np.int64)})


def reading(path: str) -> bytes:
    """The attack `a model that reads files`: its weights are said to lie in another file."""
    from onnx import ModelProto, TensorProto

    made = ModelProto.FromString(model())
    (weights,) = (one for one in made.graph.initializer if one.name == "directions")
    weights.data_location = TensorProto.EXTERNAL
    weights.ClearField("raw_data")
    for key, value in (("location", path), ("offset", "0"), ("length", str(3 * _PARTS**2 * LENGTH * 4))):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    return bytes(made.SerializeToString())
