"""Users, organisations, memberships and API credentials."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.languages import in_language


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address, always in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who can sign in, or one without a usable password when ``password`` is None."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Look up by address without regard to case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. What the person may do follows from memberships, never from the user row."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    # Somebody else knows the present password: nothing is opened before the person has chosen another.
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A pack maker, supplier, verification body, authority or the operator. Every row of data belongs to one."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    # What a customer said the code is when it invited the company: nobody is found by it before the operator confirms.
    stated_uscc = models.CharField(max_length=18, blank=True)
    province = models.CharField(_("province"), max_length=6, blank=True)
    is_demo = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)


class Membership(models.Model):
    """A person's role in an organisation. The role must be one that the kind of organisation has."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["organisation__code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values) & ~Q(role=Role.ANONYMOUS), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.organisation} / {self.role}"


class ApiCredential(models.Model):
    """A token by which an organisation's own system calls the API. Only the SHA-256 of the secret is stored."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="credentials")
    role = models.CharField(max_length=16, choices=Role.choices)
    label = models.CharField(_("label"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="credential_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix})"

    def is_live(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > clock.now()


class SignInFailures(models.Model):
    """Failed sign-ins of an account, or of an account from an address, since a moment. The key is a digest."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sign-in failures"

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"


class SecretLink(models.Model):
    """A link sent by mail: whoever has it may do one thing, once, for a while. Only the SHA-256 of its secret is kept.

    The secret is made where the mail is written and is stored nowhere; until then there is no digest and the link opens
    nothing. Where it stands follows from its times.
    """

    class Purpose(models.TextChoices):
        """What the link is for."""

        INVITATION = "invitation", _("Invitation")
        PASSWORD = "password", _("New password")

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64, null=True, unique=True)
    email = models.EmailField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="secret_links")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="secret_link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(digest__isnull=False), name="secret_link_used_was_sent"
            ),
        ]

    def __str__(self) -> str:
        # Neither address nor secret: labels reach the audit log.
        return f"{self.purpose} {self.pk}"

    def is_live(self) -> bool:
        """Sent, not used, not revoked, not expired."""
        over = self.used_at or self.revoked_at or self.expires_at <= clock.now()
        return self.digest is not None and not over
