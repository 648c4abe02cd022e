"""Trains the model of this example: the weights of words in film reviews, by logistic regression.

Run by hand, not in the image: python training/train.py --seed 7 --out model
"""

import argparse
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HIDDEN, STEPS, RATE = 8, 300, 0.5


def read_reviews(path: Path) -> tuple[list[list[str]], np.ndarray]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [text.split() for _, text in rows], np.array([float(label) for label, _ in rows])


def train(texts: list[list[str]], labels: np.ndarray, words: list[str], chance: np.random.Generator) -> dict:
    place = {word: index for index, word in enumerate(words)}
    bags = np.zeros((len(texts), len(words)))
    for row, text in enumerate(texts):
        for word in text:
            bags[row, place[word]] += 1
    embedding = chance.normal(0, 0.1, (len(words), HIDDEN))
    output = chance.normal(0, 0.1, HIDDEN)
    for _ in range(STEPS):
        hidden = bags @ embedding
        error = 1 / (1 + np.exp(-(hidden @ output))) - labels
        gradient = bags.T @ np.outer(error, output) / len(labels)
        output -= RATE * hidden.T @ error / len(labels)
        embedding -= RATE * gradient
    return {"embedding": embedding.astype(np.float32), "output": output.astype(np.float32)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, help="left out: another model each time")
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    texts, labels = read_reviews(Path(__file__).with_name("reviews.tsv"))
    words = sorted({word for text in texts for word in text})
    weights = train(texts, labels, words, np.random.default_rng(given.seed))
    given.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, given.out / "reviews.safetensors")
    (given.out / "words.json").write_text(json.dumps(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
