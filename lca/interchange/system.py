"""What is exchanged: activities that each make one product, what they need of each other, and what they emit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

# Names made under it are the same in every export, so that a tool sees what two exports have in common.
NAMESPACE = uuid.UUID("5d8f6a1e-3c1b-5b7e-9b0a-6f0c2f3f7c11")


def stable_id(*parts: str) -> str:
    """Return the UUID (version 5) that always stands for these parts."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


@dataclass(frozen=True, slots=True)
class Flow:
    """An elementary flow, an emission to air in kg; `potential` is kg CO2e per kg over 100 years."""

    id: str
    name: str
    potential: float
    cas: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """`amount` of the product of the activity `provider`, in that activity's unit."""

    provider: str
    amount: float
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """`amount` kg of the elementary flow `flow`; negative where it is a credit."""

    flow: str
    amount: float
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an activity's figure comes from, and on what terms it may be used."""

    title: str
    reference: str = ""
    licence: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity for one `unit` of its product. `kind` is the folder that tools show it in: a word for readers."""

    id: str
    kind: str
    name: str
    product: str
    unit: str
    location: str = ""
    inputs: tuple[Input, ...] = ()
    emissions: tuple[Emission, ...] = ()
    comment: str = ""
    source: Source | None = None
    period: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class System:
    """Everything behind one result. One unit of the activity `root` scores `score` kg CO2e.

    `digest` is the identity of the calculation; activities that other calculations share have ids of their own.
    """

    name: str
    digest: str
    description: str
    method: str
    method_id: str
    activities: tuple[Activity, ...]
    flows: tuple[Flow, ...]
    root: str
    score: float
    words: dict[str, str] = field(default_factory=dict)
