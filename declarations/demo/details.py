"""What makes the packs of the demonstration worth taking apart: wastes, own and certified electricity, end of life.

Amounts are the bill's or plainly invented; factors are those of the release.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.jobs.services import run_job
from declarations.models import Pack
from lca.models import Calculation, Exchange, Inventory
from lca.services import inventories, scenarios, uncertainty
from lca.services.documents import plain
from lca.services.end_of_life import set_end_of_life

# Share of the cell plant's electricity from its own roof; number of an invented certificate (17 + 15 digits).
SOLAR_SHARE = Decimal("0.15")
CERTIFICATE = "99999000000000001" + "000000000000001"
GRID = {"supply": "grid", "region": "CN-32"}
SOLAR = {"supply": "self", "generation": "solar", "region": "CN-32"}
CERTIFIED = {"supply": "certificate", "generation": "wind", "region": "CN-32", "certificates": [CERTIFICATE]}
SCRAP_MIN_KG = Decimal("0.000001")
DRAWS = 10_000
# kg of lithium carbonate that hold the lithium of one kg of LiFePO4, by molar masses: 73.89 / (2 * 157.76).
CARBONATE_PER_LFP = Decimal("0.2342")


def owner_of(pack: Pack) -> Inventory:
    """The inventory of a pack of the demonstration, which always has one."""
    if pack.inventory is None:
        raise Inventory.DoesNotExist(str(pack))
    return pack.inventory


def cell_wastes(actor: Actor, pack: Pack, nmp: Decimal) -> None:
    """What leaves cell making beside the cells: the solvent, recovered, and what is left of coating and cutting."""
    process = owner_of(pack).processes.get(code="cell")
    inputs = sum((line.amount or Decimal(0) for line in process.exchanges.filter(unit="kg")), Decimal(0))
    wastes = (
        ("回收的 NMP", "NMP, recovered", nmp, "回收精制后返还供应商，按截断法不计"),
        ("极片与电芯废料", "Electrode and cell scrap", inputs - 1 - nmp, "移交回收，按截断法不计处理负荷"),
    )
    for name_zh, name_en, amount, reason in wastes:
        if amount <= SCRAP_MIN_KG:
            continue
        inventories.save_exchange(
            actor=actor,
            process=process,
            kind="waste",
            name_zh=name_zh,
            name_en=name_en,
            amount=amount.quantize(SCRAP_MIN_KG),
            state="known",
            unit="kg",
            data_kind="calculated",
            primary=True,
            burden_free=reason,
        )


def _mass(pack: Pack, **which: Any) -> Decimal:
    """kg of a purchased material in one pack: what the cells take in of it, and what the assembly does."""
    lines = Exchange.objects.filter(process__inventory=pack.inventory, unit="kg", **which)
    cells = owner_of(pack).processes.get(code="pack").exchanges.get(code="pack.cell").amount or Decimal(0)
    return sum(
        (
            (line.amount or Decimal(0)) * (cells if line.process.code == "cell" else 1)
            for line in lines.select_related("process")
        ),
        Decimal(0),
    )


def end_of_life(actor: Actor, pack: Pack) -> None:
    """What the hydrometallurgical route takes out of an LFP pack, with a little recycled aluminium going in."""
    recycled = {
        "r1": "0.2",
        "r1_source": "再生铝采购合同与批次证明（演示）",
        "e_recycled": {"factor": "metal.al.recycled.ademe"},
    }
    lithium = _mass(pack, component="cathode") * CARBONATE_PER_LFP
    rows: tuple[tuple[str, str, str, str, str, str, Decimal | None, dict[str, Any]], ...] = (
        ("copper", "铜", "Copper", "metal", "cu", "metal.copper.greet2022", None, {}),
        ("aluminium", "铝", "Aluminium", "metal", "al", "metal.aluminium.greet2022", None, recycled),
        (
            "graphite",
            "石墨",
            "Graphite",
            "other",
            "graphite",
            "anode.graphite.greet2022",
            _mass(pack, component="anode"),
            {},
        ),
        (
            "lithium",
            "锂（以碳酸锂计）",
            "Lithium, as carbonate",
            "metal",
            "li",
            "li.li2co3.mix.greet2022",
            lithium,
            {},
        ),
    )
    materials = [
        {
            "id": key,
            "name": {"zh": name_zh, "en": name_en},
            "mass_kg": str((mass or _mass(pack, link={"factor": factor})).quantize(Decimal("0.001"))),
            "kind": kind,
            "material": element,
            "ev": {"factor": factor},
            "e_star_v": {"factor": factor},
            "ed": {"factor": "waste.hazardous.landfill.ademe"},
            **more,
        }
        for key, name_zh, name_en, kind, element, factor, mass, more in rows
    ]
    document = {"route": "hydro", "collection_rate": "0.95", "materials": materials}
    set_end_of_life(actor=actor, inventory=owner_of(pack), end_of_life=document)


def scenario(actor: Actor, pack: Pack) -> None:
    """What the pack would be with half the electricity of cell making from the roof, and a nearer vehicle maker."""
    inventory = owner_of(pack)
    lines = Exchange.objects.filter(process__inventory=inventory).select_related("process")
    grid = lines.get(process__code="cell", electricity=GRID)
    solar = lines.get(process__code="cell", electricity=SOLAR)
    half = plain(((grid.amount or Decimal(0)) + (solar.amount or Decimal(0))) / 2)
    distance = lines.get(process__code="distribution", kind="transport")
    made = scenarios.create_scenario(
        actor=actor,
        inventory=inventory,
        name_zh="屋顶光伏占一半，就近供货",
        name_en="Half of the electricity from the roof, a nearer customer",
        note="演示：每项改动各有其效果。 Demonstration: each change has its own effect.",
        changes=[
            {"kind": "amount", "process": "cell", "line": grid.code, "amount": half},
            {"kind": "amount", "process": "cell", "line": solar.code, "amount": half},
            {"kind": "amount", "process": "distribution", "line": distance.code, "times": "0.4"},
        ],
    )
    job = scenarios.request_scenario(actor=actor, scenario=made)
    if job is not None:
        run_job(job.pk)


def monte_carlo(actor: Actor, pack: Pack) -> None:
    """A run of the pack's calculation under the scheme's own rule set."""
    calculation = (
        Calculation.objects.filter(revision__inventory=pack.inventory, ruleset_id="cn-miit-551", state="done")
        .order_by("-pk")
        .first()
    )
    if calculation is None:
        return
    run = uncertainty.request_run(actor=actor, calculation=calculation, draws=DRAWS)
    if run.job_id is not None:
        run_job(run.job_id)
