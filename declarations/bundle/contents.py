"""What is in a bundle, file by file. The same declaration, reader and moment always give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import canonical_json
from declarations import receipts
from declarations.bundle import selectors
from declarations.bundle.checker import archive
from declarations.models import Bundle, Receipt, Statement
from lca import reference, rulesets
from lca.engine import ENGINE_VERSION
from lca.engine.canonical import canonical_json as engine_json
from lca.models import Calculation

HERE = Path(__file__).resolve().parent
CHECKER, LCA = HERE / "checker", Path(rulesets.__file__).resolve().parent.parent
# What the engine imports besides the standard library.
LIBRARIES = ("numpy", "scipy", "pint")


def program() -> dict[str, bytes]:
    """The engine and the checker as they are on this site, with what starts them."""
    found = {f"checker/{path.name}": path.read_bytes() for path in sorted(CHECKER.glob("*.py"))}
    for folder in ("engine", "rulesets"):
        for path in sorted((LCA / folder).glob("*.py")):
            found[f"engine/lca/{folder}/{path.name}"] = path.read_bytes()
    needed = "".join(f"{name}=={version(name)}\n" for name in LIBRARIES)
    return {
        **found,
        **{f"engine/lca/{name}": (LCA / name).read_bytes() for name in ("__init__.py", "disclosure.py")},
        "__main__.py": (HERE / "main.py.txt").read_bytes(),
        "README.md": (HERE / "readme.md").read_bytes(),
        "requirements.txt": needed.encode(),
    }


@dataclass
class Contents:
    """The files of a bundle. ``actor`` acts for the organisation that it is written for."""

    bundle: Bundle
    actor: Actor

    @cached_property
    def frozen(self) -> dict[str, Any]:
        """The frozen content."""
        found: dict[str, Any] = json.loads(self.bundle.snapshot.content)
        return found

    @cached_property
    def calculation(self) -> Calculation:
        """The calculation that was frozen, whatever the declaration rests on now."""
        rows = Calculation.objects.select_related("revision", "release")
        return rows.get(pk=self.frozen["calculation"]["id"])

    @cached_property
    def recipes(self) -> list[selectors.Recipe]:
        """Inventories behind suppliers' results that are in it."""
        return selectors.recipes_for(self.actor, self.bundle.snapshot.declaration, self.calculation)

    def files(self) -> dict[str, bytes]:
        """Every file, with manifest and seal."""
        snapshot = self.bundle.snapshot
        found = {**program(), "snapshot.json": snapshot.content.encode(), **self._papers()}
        history = list(selectors.history(self.actor, self.bundle.snapshot.declaration, self.bundle.until_seq))
        found["events.json"] = canonical_json(history)
        used = [self.calculation]
        if self.bundle.variant != Bundle.Variant.AUTHORITY:
            found["inventory.json"] = canonical_json(self.calculation.revision.document)
            for recipe in self.recipes:
                found[f"recipes/{recipe.result.pk}.json"] = canonical_json(_recipe(recipe))
            used += [recipe.calculation for recipe in self.recipes]
        found |= _reference(used)
        declaration = snapshot.declaration
        facts = {
            "variant": self.bundle.variant,
            "declaration": {"number": declaration.number, "version": declaration.version},
            "snapshot": {"number": snapshot.number, "sha256": snapshot.sha256},
            "last_event": {"seq": history[-1]["seq"], "hash": history[-1]["hash"]} if history else None,
            "engine_version": ENGINE_VERSION,
            "is_demo": self.frozen["declarant"].get("is_demo", False),
        }
        return archive.seal(found, facts)

    def _papers(self) -> dict[str, bytes]:
        """Statement and receipt, as far as they were there at the last event of the bundle."""
        found: dict[str, bytes] = {}
        statement = Statement.objects.filter(snapshot=self.bundle.snapshot).first()
        until = selectors.events_until(self.bundle.snapshot.declaration, self.bundle.until_seq).last()
        if statement is not None and until is not None and statement.signed_at <= until.at:
            found["statement.json"] = canonical_json(
                {"sha256": statement.sha256, "content": statement.content}
            )
        receipt = Receipt.objects.filter(
            snapshot=self.bundle.snapshot, audit_seq__lte=self.bundle.until_seq
        ).first()
        if receipt is not None:
            found["receipt.json"] = canonical_json(
                {
                    "number": receipt.number,
                    "sha256": receipt.sha256,
                    "audit_seq": receipt.audit_seq,
                    "submitted_at": receipt.submitted_at,
                    "signed": receipts.document(receipt),
                }
            )
        return found


def _stated(calculation: Calculation) -> dict[str, Any]:
    ruleset = rulesets.load(calculation.ruleset_id, calculation.ruleset_version)
    return {
        "ruleset": {"id": ruleset.id, "version": ruleset.version, "sha256": ruleset.sha256},
        "factor_release": {"code": calculation.release.code, "sha256": calculation.release.sha256},
        "engine_version": calculation.engine_version,
        "inventory": {"sha256": calculation.revision.sha256},
        "input_digest": calculation.input_digest,
    }


def _recipe(recipe: selectors.Recipe) -> dict[str, Any]:
    result = recipe.result
    return {
        "id": str(result.pk),
        "supplier": {"zh": result.organisation.name_zh, "en": result.organisation.name_en},
        "calculation": _stated(recipe.calculation),
        "inventory": recipe.calculation.revision.document,
        "result": {
            "product": {"zh": result.product_zh, "en": result.product_en},
            "version": result.version,
            "declared_unit": result.declared_unit,
            "scores": result.scores,
            "sha256": result.sha256,
        },
    }


def _reference(calculations: Iterable[Calculation]) -> dict[str, bytes]:
    """Rule sets and releases of these calculations, in the bytes that their digests are of."""
    found: dict[str, bytes] = {}
    for calculation in calculations:
        name = f"{calculation.ruleset_id}@{calculation.ruleset_version}.toml"
        found[f"rules/{name}"] = (rulesets.ROOT / name).read_bytes()
        path = f"factors/{calculation.release.code}.json"
        if path not in found:
            release = reference.engine_release(calculation.release)
            factors = [release.factors[key].to_dict() for key in sorted(release.factors)]
            found[path] = engine_json({"code": release.code, "factors": factors})
    return found
