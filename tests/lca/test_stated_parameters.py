"""No value of a rule set is shown as official unless a text is known to state it."""

from __future__ import annotations

import pytest
from django.utils import translation

from lca import rulesets
from lca.presentation.rulesets import parameter_rows
from lca.rulesets.compare import assumption_of, flat
from lca.rulesets.stated import statements


@pytest.mark.parametrize("name", sorted(statements()))
def test_what_a_text_states_is_a_parameter_and_no_assumption(name: str) -> None:
    identifier, version = name.split("@")
    ruleset = rulesets.load(identifier, version)
    for path in statements()[name]:
        assert path in flat(ruleset.data), path
        assert not assumption_of(ruleset, path), path


def test_what_nobody_states_is_said_to_be_set_here() -> None:
    with translation.override("en"):
        for ruleset in (
            rulesets.load("cn-miit-551"),
            rulesets.load("eu-cfb-ev"),
            rulesets.load("iso-14067-gate"),
        ):
            stated = statements().get(f"{ruleset.id}@{ruleset.version}", {})
            for _group, rows in parameter_rows(ruleset):
                for path, _name, value in rows:
                    if value.known and not value.assumption and path not in stated:
                        assert "set by this site" in value.standing, path
                    elif path in stated:
                        assert "set by this site" not in value.standing and value.standing, path
