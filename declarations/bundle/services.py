"""Asking for a bundle, writing it once, giving it out."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from carbonfoot.languages import language
from carbonfoot.problems import problem
from declarations.bundle import selectors
from declarations.bundle.checker import archive, run
from declarations.bundle.contents import Contents
from declarations.models import Bundle, Declaration
from lca.services.access_log import note_foreign_look

JOB = "declarations.bundle"


@transaction.atomic
def request_bundle(*, actor: Actor, declaration: Declaration) -> Bundle:
    """The actor's bundle of the present snapshot as of the last thing that happened: the one there is, or a new one.

    Raises Problems when nothing is frozen, AccessDenied.
    """
    declaration = Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)
    require(actor, "declaration.bundle", declaration)
    if declaration.snapshot is None or actor.organisation is None:
        raise problem(
            "BUNDLE-NOT-FROZEN", _("A bundle is written from a frozen declaration. Freeze it first.")
        )
    bundle, created = Bundle.objects.get_or_create(
        snapshot=declaration.snapshot,
        organisation=actor.organisation,
        variant=selectors.variant_for(actor),
        until_seq=selectors.last_event(declaration),
        defaults={"requested_by": actor.user, "requested_at": clock.now()},
    )
    if bundle.done_at is None and (created or bundle.job is None or not bundle.job.is_open):
        bundle.job = enqueue(
            actor=actor,
            kind=JOB,
            args={"bundle": bundle.pk},
            key=f"bundle:{bundle.pk}",
            label=str(declaration),
        )
        bundle.save(update_fields=["job"])
        record(
            actor=actor,
            verb="bundle.requested",
            obj=declaration,
            data={"variant": bundle.variant, "snapshot": bundle.snapshot.sha256, "until": bundle.until_seq},
        )
    return bundle


def write(bundle: Bundle, actor: Actor) -> bytes:
    """The bytes of a bundle, checked the way its receiver will check it.

    Raises Problems when the engine of today does not arrive at what was declared: nobody is given a bundle that fails.
    """
    data = archive.pack(Contents(bundle, actor).files())
    report = run.check(archive.unpack(data))
    if report.code != run.REPRODUCED:
        raise problem(
            "BUNDLE-NOT-REPRODUCED",
            _("The bundle was not kept, because its own check fails: %(what)s")
            % {"what": report.lines("zh" if language().startswith("zh") else "en")[-1]},
            mend=_("Tell the operator of the site."),
        )
    return data


@transaction.atomic
def keep(*, actor: Actor, bundle: Bundle, data: bytes) -> Bundle:
    """Store the bytes with their digests, once; a second worker that wrote the same bundle changes nothing."""
    bundle = Bundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    if bundle.done_at is not None:
        return bundle
    declaration = bundle.snapshot.declaration
    stem = f"{declaration.number}-v{declaration.version}-{bundle.snapshot.number}"
    name = f"{stem}-{bundle.variant}-{bundle.until_seq}.zip"
    bundle.file.save(name, ContentFile(data), save=False)
    bundle.filename, bundle.size, bundle.sha256 = name, len(data), sha256_hex(data)
    bundle.manifest_sha256 = archive.unpack(data).seal
    bundle.done_at = clock.now()
    bundle.save()
    record(
        actor=actor,
        verb="bundle.written",
        obj=declaration,
        data={"file": name, "sha256": bundle.sha256, "manifest": bundle.manifest_sha256},
    )
    return bundle


@transaction.atomic
def hand_out(*, actor: Actor, bundle: Bundle) -> io.BytesIO:
    """The kept bytes, checked against their digest. Each recipe of another organisation in it is a look at it,
    which its
    owner can read in the log. Raises Problems when the file is gone or was changed, AccessDenied."""
    require(actor, "declaration.bundle", bundle.snapshot.declaration)
    try:
        with bundle.file.open("rb") as file:
            data = file.read()
    except OSError as error:
        raise problem("BUNDLE-GONE", _("The file of this bundle is missing from the storage.")) from error
    if sha256_hex(data) != bundle.sha256:
        raise problem(
            "BUNDLE-CHANGED", _("The stored file is not the one that was written: its digest differs.")
        )
    if bundle.variant == Bundle.Variant.BODY:
        contents = Contents(bundle, actor)
        note_foreign_look(actor=actor, calculation=contents.calculation)
        for recipe in contents.recipes:
            note_foreign_look(actor=actor, calculation=recipe.calculation)
    return io.BytesIO(data)


def end_without_bundle(job: Job) -> None:
    """A job that failed leaves the row without a file; asking again starts a new job."""
    Bundle.objects.filter(pk=job.args["bundle"], done_at__isnull=True).update(job=None)
