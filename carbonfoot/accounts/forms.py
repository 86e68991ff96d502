"""Forms of signing in and of API tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import ROLES_BY_KIND, Role
from carbonfoot.ui.forms import BaseForm


class SignInForm(BaseForm):
    """Address and password."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class TokenForm(BaseForm):
    """A new API token."""

    label = forms.CharField(
        label=_("What is it for"), max_length=80, help_text=_("For example: energy meters of plant 2.")
    )
    role = forms.ChoiceField(label=_("Role"), help_text=_("What the system may do is what this role may do."))
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ROLES_BY_KIND[actor.organisation.kind] if actor.organisation else frozenset()
        self.fields["role"].choices = [pair for pair in Role.choices if pair[0] in roles]  # type: ignore[attr-defined]
        self.fields["role"].initial = actor.role


class PasswordForm(BaseForm):
    """Change of one's own password."""

    current = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class NewPasswordForm(BaseForm):
    """A new password, chosen behind a link."""

    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
