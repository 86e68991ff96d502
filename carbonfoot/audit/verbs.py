"""What the verbs of the log are called on pages. Apps register theirs; a test checks that none is missing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_verbs: dict[str, Any] = {
    "organisation.created": _("Organisation created"),
    "membership.granted": _("Role granted"),
    "membership.ended": _("Role ended"),
    "person.created": _("Account created"),
    "organisation.confirmed": _("Credit code confirmed"),
    "password.changed": _("Password changed"),
    "password.link_sent": _("Link for a new password sent"),
    "password.set_by_link": _("Password set behind a link"),
    "token.issued": _("API token issued"),
    "token.revoked": _("API token revoked"),
}


def register_verbs(verbs: dict[str, Any]) -> None:
    """Add texts (lazy translations) for an app's verbs."""
    _verbs.update(verbs)


def verb_text(verb: str) -> str:
    """The text of a verb in the active language; the verb itself when nobody registered one."""
    return str(_verbs.get(verb, verb))
