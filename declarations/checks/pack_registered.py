"""Only a registered pack is declared, and no retired one."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error unless the pack is registered."""
    if subject.pack.state != "registered":
        yield Problem(
            "DECL-PACK-STATE",
            _("The pack is not registered."),
            where="pack",
            value=str(subject.pack.get_state_display()),
            mend=_("Complete its facts and register it."),
        )
