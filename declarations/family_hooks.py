"""What families of packs add to the page that follows a figure back to its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.accounts.actor import Actor
from declarations.forms.families import DRIVER_WORDS
from declarations.frozen_family import shortened
from lca.presentation.hooks import Source, register_source


def _scaled_source(_actor: Actor, provenance: Mapping[str, Any]) -> Source:
    """A scaled amount: from which pack and revision, by which fact, from what."""
    title = _("Scaled from %(pack)s, inventory revision %(number)s") % {
        "pack": provenance.get("pack", ""),
        "number": provenance.get("revision", ""),
    }
    driver = DRIVER_WORDS.get(str(provenance.get("driver")), provenance.get("driver", ""))
    ratio = f"{shortened(provenance.get('to'))} / {shortened(provenance.get('from'))}"
    facts: list[tuple[Any, Any]] = [(_("Scaled by"), f"{driver} · {ratio}")]
    if provenance.get("amount") is not None:
        facts.insert(0, (_("Amount of the representative"), shortened(provenance["amount"])))
    facts.append(("SHA-256", provenance.get("sha256", "")))
    return Source(title, facts=facts)


register_source("scaled", _scaled_source)
