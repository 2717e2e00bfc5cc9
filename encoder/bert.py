"""MiniLM's forward pass in torch, as the weights' own config.json describes it: 6 layers, 12 heads, gelu."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

LAYERS, HEADS, EPSILON = 6, 12, 1e-12


class MiniLM(nn.Module):
    """The sentence encoder over named tensors of model.safetensors, so that it is saved under the same names."""

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self._names = {name: name.replace(".", "/") for name in tensors}
        for name, tensor in tensors.items():
            self.register_parameter(self._names[name], nn.Parameter(tensor.clone().float()))

    def tensors(self) -> dict[str, torch.Tensor]:
        """The weights by their original names."""
        return {name: self[name].detach() for name in self._names}

    def __getitem__(self, name: str) -> torch.Tensor:
        return getattr(self, self._names[name])

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors (sentences, 384) of padded token numbers (sentences, tokens)."""
        words = self["embeddings.word_embeddings.weight"][ids]
        places = self["embeddings.position_embeddings.weight"][: ids.shape[1]]
        states = self._normalised(words + places + self["embeddings.token_type_embeddings.weight"][0], "embeddings")
        states = functional.dropout(states, 0.1, self.training)
        for layer in range(LAYERS):
            states = self._layer(states, mask, f"encoder.layer.{layer}")
        weights = mask[:, :, None].float()
        return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)

    def _layer(self, states: torch.Tensor, mask: torch.Tensor, name: str) -> torch.Tensor:
        query, key, value = (self._heads(states, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        mixed = mixed.transpose(1, 2).reshape(states.shape)
        attended = functional.dropout(self._dense(mixed, f"{name}.attention.output.dense"), 0.1, self.training)
        states = self._normalised(states + attended, f"{name}.attention.output")
        inner = functional.gelu(self._dense(states, f"{name}.intermediate.dense"))
        inner = functional.dropout(self._dense(inner, f"{name}.output.dense"), 0.1, self.training)
        return self._normalised(states + inner, f"{name}.output")

    def _heads(self, states: torch.Tensor, name: str) -> torch.Tensor:
        return self._dense(states, name).view(*states.shape[:2], HEADS, -1).transpose(1, 2)

    def _dense(self, states: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(states, self[f"{name}.weight"], self[f"{name}.bias"])

    def _normalised(self, states: torch.Tensor, name: str) -> torch.Tensor:
        scale, shift = self[f"{name}.LayerNorm.weight"], self[f"{name}.LayerNorm.bias"]
        return functional.layer_norm(states, states.shape[-1:], scale, shift, EPSILON)
