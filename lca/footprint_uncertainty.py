"""How sure a footprint from a file is: the part that the command `footprint --uncertainty` adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca import profiles
from lca.data import load_release
from lca.engine import parse_inventory, read_json
from lca.engine.assessment import assess
from lca.engine.outcome import MAX_DRAWS, MAX_SEED, MIN_DRAWS, USUAL_SEED, outcome
from lca.engine.rounding import round_places
from lca.engine.uncertainty import DrawError
from lca.footprint import Footprint, table

_ROWS = 10

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("不确定性", "Uncertainty"),
    "first_order": ("一阶近似 95% 区间", "First order, 95 % interval"),
    "drawn": ("蒙特卡洛", "Monte Carlo"),
    "draws": ("次抽样，种子", "draws, seed"),
    "profile": ("离散度假设", "Profile of assumptions"),
    "percentile": ("百分位", "Percentile"),
    "mean": ("均值", "Mean"),
    "sd": ("标准差", "Standard deviation"),
    "shares": ("方差占比", "Shares of the variance"),
    "amount": ("数量", "amount"),
    "factor": ("因子", "factor"),
    "result": ("供应商结果", "supplier's result"),
    "end_of_life": ("回收利用模型", "end-of-life model"),
    "stated": ("已声明", "stated"),
    "derived": ("按假设", "assumed"),
    "none": ("无", "none"),
    "origin": ("离散度来源", "Spread"),
}


class UncertaintyError(ValueError):
    """A request for draws that cannot be met; the text says why."""


def uncertainty_of(content: bytes, footprint: Footprint, draws: int, seed: int | None) -> dict[str, Any]:
    """Return the outcome of a Monte Carlo run of an inventory file, `carbonfoot-uncertainty/1`.

    Errors: UncertaintyError for files that are no inventory, draws or a seed out of bounds, and loops that some draws
    let use up what they make.
    """
    chosen = USUAL_SEED if seed is None else seed
    if footprint.ledger is None:
        raise UncertaintyError("uncertainty needs an inventory file (carbonfoot-inventory/1)")
    if not MIN_DRAWS <= draws <= MAX_DRAWS or not 0 <= chosen <= MAX_SEED:
        raise UncertaintyError(
            f"draws lie from {MIN_DRAWS} to {MAX_DRAWS}, and a seed from 0 to {MAX_SEED}: {draws}, {chosen}"
        )
    profile = profiles.load()
    inventory = parse_inventory(read_json(content.removeprefix(b"\xef\xbb\xbf")))
    assessment = assess(inventory, footprint.ruleset, load_release(footprint.release_code), profile)
    try:
        found = outcome(assessment, profile, seed=chosen, draws=draws)
    except DrawError as error:
        loop = ", ".join(dict.fromkeys(assessment.columns[column] for column in error.columns))
        raise UncertaintyError(
            f"in {error.count} draws the loop of {loop} uses up what it makes; state a smaller spread for its lines"
        ) from error
    return {**found, "input_digest": footprint.ledger.input_digest}


def uncertainty_text(found: Mapping[str, Any], footprint: Footprint, language: str) -> str:
    """Return the outcome as tables for people in "zh" or "en", kg CO2e per reference flow."""
    zh = language == "zh"
    places = footprint.ruleset.decimals("per_piece")

    def say(key: str) -> str:
        return _WORDS[key][0 if zh else 1]

    def figure(value: float) -> str:
        return f"{round_places(value, places):f}"

    def percent(share: float) -> str:
        return f"{round_places(share * 100, 1):f}"

    first, profile = found["first_order"], found["profile"]
    lines = [
        f"{say('title')} (kg CO2e)",
        f"  {say('profile')}: {profile['id']}@{profile['version']}  SHA-256 {profile['sha256'][:16]}",
        f"  {say('first_order')}: {figure(first['low'])} – {figure(first['high'])}  ({first['form']})",
        f"  {say('drawn')}: {found['draws']} {say('draws')} {found['seed']}  {found['sampler']}",
        f"  {say('mean')}: {figure(found['mean'])}  {say('sd')}: {figure(found['sd'])}",
        "",
    ]
    rows = [[name, figure(value)] for name, value in found["percentiles"].items()]
    lines += table([say("percentile"), "kg CO2e"], rows, left=1)
    rows = [
        [
            item["name"]["zh" if zh else "en"],
            say(item["kind"]),
            say(item["origin"]),
            f"{item['gsd']:.3f}",
            percent(item["share"]),
            percent(item["drawn_share"]),
        ]
        for item in found["inputs"][:_ROWS]
    ]
    header = [say("shares"), "", say("origin"), "GSD", "%", f"% {say('drawn')}"]
    return "\n".join([*lines, "", *table(header, rows, left=3), ""])
