"""The model: a weight for each word, added up."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


class Model:
    def __init__(self, folder: Path) -> None:
        self.weights = load_file(folder / "reviews.safetensors")
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.place = {word: index for index, word in enumerate(words)}

    def score(self, text: str) -> float:
        """Between 0 (hated it) and 1 (loved it); words that the model does not know count nothing."""
        known = [self.place[word] for word in text.lower().split() if word in self.place]
        hidden = self.weights["embedding"][known].sum(axis=0)
        return float(1 / (1 + np.exp(-(hidden @ self.weights["output"]))))
