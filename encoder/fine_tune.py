"""Fine-tunes MiniLM on data/nlu: `python -m encoder.fine_tune OUT` with torch, in an environment of its own.

encoder/README.md has the recipe. Cross-entropy on a scaled cosine head, which begins at the intents' mean vectors and
is thrown away afterwards; six of ten sentences are read with noise, anew in each round, half of them repaired as the
engine repairs what it reads.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

from encoder.bert import MiniLM
from rasa_ext.evaluation.sittings import taught
from rasa_ext.noise import KINDS
from rasa_ext.spelling import Spelling, count_words

ROUNDS, RATE, HEAD_RATE, BATCH, LONGEST = 3, 5e-5, 2e-3, 32, 64
HEAD_SCALE, NOISY, REPAIRED, WARM_UP, SEED = 20.0, 0.6, 0.5, 0.1, 7

Row = tuple[str, int]


def main() -> None:
    """Train, and save the weights as OUT (npz, float32, the original names)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--original", type=Path, required=True, help="the folder of model.safetensors")
    parser.add_argument("--without", type=Path, help="JSON lines whose texts are left out of the training")
    chosen = parser.parse_args()
    rows = sentences(chosen.without)
    torch.manual_seed(SEED)
    model = MiniLM(_originals(chosen.original / "model.safetensors"))
    tokenizer = Tokenizer.from_file(str(chosen.original / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()
    train(model, tokenizer, rows)
    np.savez(chosen.out, **{name: tensor.numpy() for name, tensor in model.tensors().items()})


def sentences(without: Path | None) -> list[Row]:
    """The training sentences and the numbers of their intents."""
    rows = taught(without)
    intents = sorted({intent for _, intent in rows})
    return [(text, intents.index(intent)) for text, intent in rows]


def train(model: MiniLM, tokenizer: Tokenizer, rows: list[Row]) -> None:
    """Adapt the model in place."""
    dice = random.Random(SEED)
    whole_words = frozenset(word for word in tokenizer.get_vocab() if word.isalpha())
    spelling = Spelling(count_words(text for text, _ in rows), whole_words)
    head = torch.nn.Parameter(_mean_vectors(model, tokenizer, rows, spelling))
    optimiser = torch.optim.AdamW(
        [{"params": model.parameters(), "lr": RATE}, {"params": [head], "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = ROUNDS * ((len(rows) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps))
    )
    model.train()
    for round_ in range(ROUNDS):
        started, losses = time.monotonic(), []
        for texts, intents in _batches(rows, dice, spelling):
            scores = HEAD_SCALE * _vectors(model, tokenizer, texts) @ functional.normalize(head, dim=-1).T
            loss = functional.cross_entropy(scores, torch.tensor(intents))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"round {round_ + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - started:.0f} s", flush=True)
    model.eval()


def _originals(file: Path) -> dict[str, torch.Tensor]:
    return {
        name: tensor for name, tensor in load_file(file).items() if tensor.is_floating_point() and "pooler" not in name
    }


def _batches(rows: list[Row], dice: random.Random, spelling: Spelling) -> Iterator[tuple[list[str], list[int]]]:
    """All rows once, noisy or not, those of like length together (less padding), the batches in any order."""
    noisy = [(_noisy(text, dice, spelling) if dice.random() < NOISY else text, intent) for text, intent in rows]
    noisy.sort(key=lambda row: len(row[0]) + dice.random() * 20)
    batches = [noisy[at : at + BATCH] for at in range(0, len(noisy), BATCH)]
    dice.shuffle(batches)
    for batch in batches:
        yield [text for text, _ in batch], [intent for _, intent in batch]


def _noisy(text: str, dice: random.Random, spelling: Spelling) -> str:
    noisy = KINDS[dice.choice(list(KINDS))](text, dice)
    return spelling.repair(noisy) if dice.random() < REPAIRED else noisy


def _vectors(model: MiniLM, tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    read = tokenizer.encode_batch(texts)
    mask = torch.tensor([one.attention_mask for one in read], dtype=torch.bool)
    return model(torch.tensor([one.ids for one in read]), mask)


def _mean_vectors(model: MiniLM, tokenizer: Tokenizer, rows: list[Row], spelling: Spelling) -> torch.Tensor:
    model.eval()
    total = torch.zeros(max(intent for _, intent in rows) + 1, 384)
    with torch.no_grad():
        for texts, intents in _batches(rows, random.Random(SEED), spelling):
            total.index_add_(0, torch.tensor(intents), _vectors(model, tokenizer, texts))
    return functional.normalize(total, dim=-1)


if __name__ == "__main__":
    main()
