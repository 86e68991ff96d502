"""What a test needs to stand in the database before somebody sits down at the browser, made by the services."""

from __future__ import annotations

from declarations.demo import people
from declarations.models import Declaration, Finding, Pack
from declarations.selectors.phases import current_phase
from declarations.services import declarations, engagements, verification
from declarations.tenancy import owner

LIVE = ("draft", "frozen", "in_verification", "verified", "submitted")


def verified_declaration(model: str) -> Declaration:
    """A declaration of a demonstration pack that only waits to be submitted; one under way is withdrawn first."""
    editor, approver = people.actor("editor@maker.example"), people.actor("approver@maker.example")
    verifier = people.actor("verifier@verifier.example")
    pack = Pack.objects.get(model=model, organisation__code=people.MARK)
    for row in Declaration.objects.filter(pack=pack, state__in=LIVE):
        declarations.withdraw(actor=approver, declaration=row, reason="示例")
    phase = current_phase()
    assert phase is not None
    row = declarations.create_declaration(actor=editor, pack=pack, phase=phase)
    row = declarations.freeze_declaration(actor=editor, declaration=row)
    row = declarations.send_to_verification(actor=approver, declaration=row, body=owner(verifier))
    engagements.take_on(actor=verifier, declaration=row, independent=True)
    row.refresh_from_db()
    assert row.snapshot is not None
    verification.sign_statement(
        actor=verifier,
        declaration=row,
        snapshot_sha256=row.snapshot.sha256,
        report_number=f"示例核字-{row.number}",
        opinion="unqualified",
    )
    row.refresh_from_db()
    assert not Finding.objects.filter(declaration=row).exists()
    return row
