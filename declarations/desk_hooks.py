"""What verification and review add to the site's shell and log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.ui import nav
from declarations.selectors.review import submissions_for
from declarations.selectors.verification import verifications_for

register_verbs(
    {
        "finding.raised": _("Finding raised"),
        "finding.replied": _("Finding answered"),
        "finding.asked_again": _("Finding asked again"),
        "finding.closed": _("Finding closed"),
        "verification.recipe_viewed": _("Recipe opened by a verifier"),
        "calculation.viewed": _("Recipe opened by a verifier"),
        "verification.upload_downloaded": _("File taken by a verifier"),
        "verification.signed": _("Verification statement signed"),
        "review.taken_up": _("Taken up for review"),
        "review.taken_over": _("Review taken over"),
        "review.noted": _("Noted in review"),
        "review.returned": _("Returned by the authority"),
        "review.accepted": _("Accepted by the authority"),
    }
)


@nav.counter("declarations:verification_list")
def _to_verify(actor: Actor) -> int | None:
    return verifications_for(actor).filter(state="in_verification").order_by().count() or None


@nav.counter("declarations:review_queue")
def _to_review(actor: Actor) -> int | None:
    return submissions_for(actor).filter(state__in=["submitted", "in_review"]).order_by().count() or None
