"""Kinds of organisation and the roles that a person may have in each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What an organisation is in the scheme."""

    MAKER = "maker", _("Pack maker")
    SUPPLIER = "supplier", _("Supplier")
    VERIFIER = "verifier", _("Verification body")
    AUTHORITY = "authority", _("Authority")
    OPERATOR = "operator", _("Operator of this site")


class Role(models.TextChoices):
    """What a person, or an API credential, does for an organisation."""

    EDITOR = "editor", _("Compliance staff")
    APPROVER = "approver", _("Approver")
    VIEWER = "viewer", _("Viewer")
    SUPPLIER = "supplier", _("Supplier staff")
    VERIFIER = "verifier", _("Verifier")
    REGULATOR = "regulator", _("Regulator")
    ADMINISTRATOR = "administrator", _("Administrator")
    ANONYMOUS = "anonymous", _("Visitor")


ROLES_BY_KIND: dict[str, frozenset[str]] = {
    OrganisationKind.MAKER: frozenset({Role.EDITOR, Role.APPROVER, Role.VIEWER}),
    OrganisationKind.SUPPLIER: frozenset({Role.SUPPLIER}),
    OrganisationKind.VERIFIER: frozenset({Role.VERIFIER}),
    OrganisationKind.AUTHORITY: frozenset({Role.REGULATOR}),
    OrganisationKind.OPERATOR: frozenset({Role.ADMINISTRATOR}),
}
