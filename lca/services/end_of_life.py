"""What happens to a product at its end of life, as an inventory states it: checked whole before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Collector
from lca.engine.document_parts import read_end_of_life
from lca.engine.fields import FieldReader
from lca.models import Inventory
from lca.services.inventories import update_product
from lca.services.problems import as_data, as_problem


def set_end_of_life(
    *, actor: Actor, inventory: Inventory, end_of_life: Mapping[str, Any], version: int | None = None
) -> Inventory:
    """Replace route, collection rate and materials (the part ``end_of_life`` of the inventory document).

    Raises Problems with everything that is wrong at once: what breaks the document's format, and recycled content that
    names nothing that it can be traced to.
    """
    reader = FieldReader()
    read = read_end_of_life(reader, end_of_life)
    found = Collector()
    found.items += [as_problem(as_data(item, {})) for item in reader.problems]
    for material in read.materials:
        if material.r1 and not material.r1_source:
            found.add(
                "EOL-R1-SOURCE",
                _("The recycled content of %(material)s names nothing that it can be traced to.")
                % {"material": material.name["zh"]},
                mend=_("Name the evidence, or leave R1 empty: it is 0 unless traceable."),
                where=f"end_of_life.materials[{material.id}].r1_source",
            )
    found.done()
    return update_product(actor=actor, inventory=inventory, end_of_life=end_of_life, version=version)
