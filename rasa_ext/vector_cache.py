"""Encoder vectors of the training sentences, kept on disk so that training again is quick."""

import hashlib
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np


def cached_vectors(file: Path, model: str, texts: List[str], encode: Callable[[List[str]], np.ndarray]) -> np.ndarray:
    """The vectors of `texts` in their order; what the file does not hold yet is encoded and added to it.

    `model` names the encoder: vectors of another one are never used.
    """
    keys = [hashlib.sha256(f"{model}\n{text}".encode()).hexdigest() for text in texts]
    known = _read(file)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known.update(zip(missing, encode(list(missing.values())), strict=True))
        _write(file, {key: known[key] for key in keys})
    return np.stack([known[key] for key in keys])


def _read(file: Path) -> Dict[str, np.ndarray]:
    if not file.is_file():
        return {}
    with np.load(file) as stored:
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _write(file: Path, vectors: Dict[str, np.ndarray]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that a training that is cut off leaves no half file.
    draft = file.with_suffix(".draft.npz")
    np.savez(draft, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
    draft.replace(file)
