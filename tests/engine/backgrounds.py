"""Backgrounds and foregrounds of any size for tests and benchmarks: hubs that many need, loops, some credits."""

from typing import Any

import numpy as np

from lca.engine.background import Background
from lca.engine.packed import NONE, Packed


def background_arrays(
    size: int, seed: int = 7, per_process: int = 11, credit: float = 0.01
) -> dict[str, Any]:
    """Arrays of a background: about eleven needs a process, four in ten of them of a few hubs.

    Most others are of the process's own neighbourhood, as in real databases, where industries hang together: links
    wholly at random would fill up a factorisation and flatter what does without one. The needs of one process add up to
    less than its output, so that every loop is productive.
    """
    rng = np.random.default_rng(seed)
    count = size * per_process
    users = rng.integers(0, size, count)
    hubs = rng.integers(0, min(size, 30), count)
    near = np.clip(users + rng.integers(-15, 16, count), 0, size - 1)
    kind = rng.random(count)
    suppliers = np.where(kind < 0.4, hubs, np.where(kind < 0.998, near, rng.integers(0, size, count)))
    outputs = 10.0 ** rng.uniform(-2, 3, size)
    weights = rng.lognormal(-2, 1.5, count)
    sums = np.bincount(users, weights, minlength=size)
    strength = rng.uniform(0.2, 0.8, size)
    amounts = weights / sums[users] * strength[users] * outputs[users]
    amounts[rng.random(count) < credit] *= -0.1
    direct = rng.lognormal(-1, 2, size) * outputs
    direct[rng.random(size) < 0.3] = 0.0
    return {"users": users, "suppliers": suppliers, "amounts": amounts, "outputs": outputs, "direct": direct}


def make_background(size: int, seed: int = 7, **options: Any) -> Background:
    return Background.build(
        "test", [f"p{n}" for n in range(size)], **background_arrays(size, seed, **options)
    )


def foreground_arrays(size: int, background: int, seed: int = 11, loops: int = 2) -> dict[str, Any]:
    """Entries of a foreground: product 0 needs the others through a graph with a few loops, and the background.

    Each column has two or three links to other columns, five to the background, and a burden of its own.
    """
    rng = np.random.default_rng(seed)
    owner, target, source, rate = [], [], [], []
    for column in range(size):
        for supplier in {column + 1, *(int(n) for n in rng.integers(column + 1, column + 20, 2))}:
            if supplier < size:
                owner.append(column), target.append(supplier), source.append(NONE)
                rate.append(float(rng.uniform(0.1, 0.6)))
        for product in rng.choice(background, 5, replace=False):
            owner.append(column), target.append(NONE), source.append(int(product))
            rate.append(float(rng.lognormal(-1, 1)))
        owner.append(column), target.append(NONE), source.append(NONE)
        rate.append(float(rng.lognormal(-1, 1)))
    for number in range(loops):
        last = min(size - 1, (number + 1) * size // (loops + 1))
        owner.append(last), target.append(max(0, last - 3)), source.append(NONE)
        rate.append(0.05)
    return {"size": size, "owner": owner, "target": target, "source": source, "rate": rate}


def make_foreground(size: int, background: int, seed: int = 11, loops: int = 2) -> Packed:
    return Packed.build(**foreground_arrays(size, background, seed, loops))
