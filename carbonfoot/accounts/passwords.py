"""Passwords: changing one's own, and a new one by a link that is mailed to whoever forgot it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from carbonfoot.accounts import secret_links, throttle
from carbonfoot.accounts.actor import ANONYMOUS, Actor
from carbonfoot.accounts.models import SecretLink, User
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector


def check_password(found: Collector, password: str, user: User | None = None, field: str = "new") -> None:
    """Add what is wrong with a new password to ``found``: too short, too common, too much like the person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        for message in error.messages:
            found.add("PASSWORD-WEAK", message, field=field)


@transaction.atomic
def change_password(*, actor: Actor, current: str, new: str) -> User:
    """Change one's own password; other sessions end. Raises Problems with all that is wrong."""
    if actor.user is None:
        raise User.DoesNotExist
    user = User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    found = Collector()
    if not user.check_password(current):
        found.add("PASSWORD-PRESENT", _("This is not your present password."), field="current")
    elif user.check_password(new):
        found.add("PASSWORD-SAME", _("This is your present password. Choose another."), field="new")
    check_password(found, new, user)
    found.done()
    _set(user, new)
    record(actor=actor, verb="password.changed", obj=user)
    return user


def _set(user: User, password: str) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    for link in SecretLink.objects.filter(user=user, purpose=SecretLink.Purpose.PASSWORD):
        secret_links.revoke(link)


@transaction.atomic
def ask_for_link(*, email: str, address: str, language: str) -> None:
    """Have a link mailed to whoever forgot a password. Says nothing about whether there is such an account.

    Every request does the same here, known address or not: counting and one job. Whoever asks too often gets no more
    mails, and the same answer.
    """
    email = email.strip().lower()
    if not throttle.may_ask_for_mail(email, address):
        return
    enqueue(
        actor=ANONYMOUS,
        kind="accounts.password_link",
        args={"email": email, "language": language},
        key=f"accounts.password_link:{sha256_hex(email.encode())}",
    )


def send_link(email: str) -> int:
    """Mail a link for a new password to the account with this address; the links sent before open nothing any more.

    Returns how many mails were handed over: none when there is no such account.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return 0
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        for before in SecretLink.objects.filter(user=locked, purpose=SecretLink.Purpose.PASSWORD):
            secret_links.revoke(before)
        link = secret_links.make(purpose=SecretLink.Purpose.PASSWORD, email=locked.email, user=locked)
        secret = secret_links.arm(link)
        record(actor=ANONYMOUS, verb="password.link_sent", obj=user)
    with translation.override(user.language):
        url = f"{settings.PUBLIC_URL}{reverse('accounts:password_link', args=[secret])}"
        lines = [
            _("Somebody asked for a new password for your account. With this link you choose one:"),
            "",
            url,
            "",
            _("It works once, within two hours. If it was not you, do nothing: your password stays."),
        ]
        return send_mail(_("A new password for carbonfoot"), "\n".join(lines), None, [user.email])


@transaction.atomic
def set_by_link(*, link: SecretLink, new: str) -> User:
    """Set the password of the account behind the link, once. Raises Problems; a refused password uses nothing up."""
    if link.user is None:
        raise secret_links.over()
    user = User.objects.select_for_update(no_key=True).get(pk=link.user.pk)
    found = Collector()
    check_password(found, new, user)
    found.done()
    secret_links.use(link)
    _set(user, new)
    throttle.forget_account(user.email)
    self_acting = Actor(user=user, organisation=None, role=Role.ANONYMOUS)
    record(actor=self_acting, verb="password.set_by_link", obj=user)
    return user
