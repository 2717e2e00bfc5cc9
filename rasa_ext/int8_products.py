"""Makes the encoder multiply in int8: the package stores int8 weights and unfolds them to float before each product.

A product `MatMul(x, Cast(weights) * scales)` becomes `MatMulInteger(quantised x, weights)`, scaled afterwards, which
onnxruntime runs in less than half the time and a third of the memory (docs/decisions/engine.md). The weights stay what
they are; only x is rounded, to 256 steps. An ONNX file is a protobuf; the few fields used here are written out, since
the `onnx` package would bring a tenth of a second of start and 16 MB for this alone.
"""

from typing import Dict, Iterable, Iterator, List, NamedTuple, Tuple, Union

# Field numbers of onnx.proto.
_MODEL_GRAPH = 7
_GRAPH_NODE = 1
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OP, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_TYPE, _TYPE_INT, _FLOAT = 1, 3, 20, 2, 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

# Parts of the model are looked at where they lie: it has 22 MB.
_Value = Union[int, memoryview]
_Field = Tuple[int, int, _Value]


class _Node(NamedTuple):
    op: str
    inputs: List[str]
    outputs: List[str]


def with_int8_products(model: bytes) -> bytes:
    """The model with its weighted products in int8; ValueError when it has none that are stored as expected."""
    parts: List[bytes] = []
    for number, kind, value in _fields(memoryview(model)):
        is_graph = number == _MODEL_GRAPH and isinstance(value, memoryview)
        parts.append(_written(number, kind, _int8_graph(value) if is_graph else value))
    return b"".join(parts)


def _int8_graph(graph: memoryview) -> bytes:
    fields = list(_fields(graph))
    nodes = {at: _node(value) for at, (number, _, value) in enumerate(fields) if number == _GRAPH_NODE}
    made_by = {output: node for node in nodes.values() for output in node.outputs}
    written: List[bytes] = []
    quantised: Dict[str, str] = {}
    for at, (number, kind, value) in enumerate(fields):
        node = nodes.get(at)
        stored = _stored_weights(node, made_by) if node and node.op == "MatMul" else None
        if node is None or stored is None:
            written.append(_written(number, kind, value))
        else:
            written += [_written(_GRAPH_NODE, _BYTES, new) for new in _int8_product(node, *stored, quantised)]
    if not quantised:
        raise ValueError("The encoder's weights are not stored in int8 as expected: is it another version?")
    return b"".join(written)


def _stored_weights(product: _Node, made_by: Dict[str, _Node]) -> Union[Tuple[str, str], None]:
    """The names of a product's int8 weights and of their scales, None where both sides are computed."""
    scaling = made_by.get(product.inputs[1])
    unfolding = made_by.get(scaling.inputs[0]) if scaling and scaling.op == "Mul" else None
    if scaling is None or unfolding is None or unfolding.op != "Cast" or unfolding.inputs[0] in made_by:
        return None
    return unfolding.inputs[0], scaling.inputs[1]


def _int8_product(product: _Node, weights: str, scales: str, quantised: Dict[str, str]) -> Iterator[bytes]:
    """The nodes that take a product's place. An input that feeds several products is quantised once."""
    source, target = product.inputs[0], product.outputs[0]
    if source not in quantised:
        quantised[source] = f"{source}_int8"
        yield _new_node("DynamicQuantizeLinear", [source], [f"{source}_int8", f"{source}_step", f"{source}_zero"])
    yield _new_node("MatMulInteger", [f"{source}_int8", weights, f"{source}_zero"], [f"{target}_sum"])
    yield _new_node("Cast", [f"{target}_sum"], [f"{target}_float"], to=_FLOAT)
    yield _new_node("Mul", [f"{source}_step", scales], [f"{target}_scale"])
    yield _new_node("Mul", [f"{target}_float", f"{target}_scale"], [target])


def _node(raw: _Value) -> _Node:
    assert isinstance(raw, memoryview)
    texts: Dict[int, List[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_OP: []}
    for number, _, value in _fields(raw):
        if number in texts and isinstance(value, memoryview):
            texts[number].append(bytes(value).decode())
    return _Node(texts[_NODE_OP][0], texts[_NODE_INPUT], texts[_NODE_OUTPUT])


def _new_node(op: str, inputs: List[str], outputs: List[str], **integers: int) -> bytes:
    parts = [(_NODE_INPUT, name) for name in inputs] + [(_NODE_OUTPUT, name) for name in outputs]
    parts += [(_NODE_NAME, f"{op} {outputs[0]}"), (_NODE_OP, op)]
    texts = b"".join(_written(number, _BYTES, text.encode()) for number, text in parts)
    return texts + b"".join(
        _written(
            _NODE_ATTRIBUTE,
            _BYTES,
            _written(_ATTRIBUTE_NAME, _BYTES, name.encode())
            + _written(_ATTRIBUTE_INT, _VARINT, value)
            + _written(_ATTRIBUTE_TYPE, _VARINT, _TYPE_INT),
        )
        for name, value in integers.items()
    )


def _fields(message: memoryview) -> Iterable[_Field]:
    """The fields of a protobuf message: number, kind and value in the order in which they stand."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, kind, value
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if length is None:
            length, at = _varint(message, at)
        yield number, kind, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> Tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _written(number: int, kind: int, value: Union[int, bytes, memoryview]) -> bytes:
    key = _as_varint(number << 3 | kind)
    if isinstance(value, int):
        return key + _as_varint(value)
    length = _as_varint(len(value)) if kind == _BYTES else b""
    return b"".join((key, length, value))


def _as_varint(number: int) -> bytes:
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
