"""python -m trainer --seed 1 --steps 50: prints the loss as it falls, and the weights at the end."""

import argparse

import numpy as np

from trainer.records import make_batch, read_batch

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--seed", type=int, required=True)
options.add_argument("--steps", type=int, default=50)
given = options.parse_args()

chance = np.random.default_rng(given.seed)
weights, bias = np.zeros(2), 0.0
for step in range(1, given.steps + 1):
    points, label = read_batch(*make_batch(chance, 64))
    guess = 1 / (1 + np.exp(-(points @ weights + bias)))
    weights -= 0.5 * points.T @ (guess - label) / len(label)
    bias -= 0.5 * float(np.mean(guess - label))
    if step % 10 == 0:
        loss = -np.mean(label * np.log(guess + 1e-9) + (1 - label) * np.log(1 - guess + 1e-9))
        print(f"step {step}  loss {loss:.6f}")
print("weights", *(f"{weight:.6f}" for weight in weights), f"bias {bias:.6f}")
