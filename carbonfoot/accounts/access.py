"""The one access table: role x action x relation x state. Whatever is not in it is denied.

``ACTIONS`` says who may do what to which object in which state. ``ROUTES`` says which action each address needs; a
middleware refuses an address that is not listed, and a test walks all addresses as all roles. Which *objects* an actor
sees at all is narrowed by the selectors, so that what is not yours is not found (404), not forbidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role

EDITOR, APPROVER, VIEWER = Role.EDITOR, Role.APPROVER, Role.VIEWER
SUPPLIER, VERIFIER, REGULATOR = Role.SUPPLIER, Role.VERIFIER, Role.REGULATOR
ADMINISTRATOR, ANONYMOUS = Role.ADMINISTRATOR, Role.ANONYMOUS

MAKER_WRITES = frozenset({EDITOR})
MAKER_DECIDES = frozenset({APPROVER})
MAKER = frozenset({EDITOR, APPROVER, VIEWER})
BUYERS = frozenset({EDITOR, SUPPLIER})  # a supplier asks its own suppliers in the same way
MEMBERS = frozenset({EDITOR, APPROVER, VIEWER, SUPPLIER, VERIFIER, REGULATOR, ADMINISTRATOR})
EVERYONE = MEMBERS | {ANONYMOUS}


@dataclass(frozen=True)
class Rule:
    """One row: these roles, standing in this relation to the object, while it is in one of these states.

    ``relation`` is a key of the object's ``parties()`` whose organisation must be the actor's; empty means that the
    selector alone decides which objects are in reach. ``states`` None means any state.
    """

    roles: frozenset[str]
    relation: str = ""
    states: frozenset[str] | None = None


@dataclass(frozen=True)
class Decision:
    """Whether an action is offered, and if not, why, in words for the person. True exactly when allowed."""

    allowed: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.allowed


class AccessDenied(PermissionDenied):
    """The access table refuses; ``reason`` is for the person."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason
        super().__init__(str(reason))


def rule(roles: frozenset[str], relation: str = "", *states: str) -> Rule:
    """Shorthand for a row of the table."""
    return Rule(frozenset(roles), relation, frozenset(states) if states else None)


ACTIONS: Mapping[str, tuple[Rule, ...]] = {
    # -- everybody ------------------------------------------------------------------------------------------------
    "site.open": (rule(EVERYONE),),
    "site.work": (rule(MEMBERS),),
    "credential.manage": (rule(frozenset({APPROVER, SUPPLIER, VERIFIER, REGULATOR, ADMINISTRATOR}), "own"),),
    "job.view": (rule(MEMBERS, "own"),),
    "job.cancel": (rule(MEMBERS - {VIEWER}, "own", "queued", "published", "running"),),
    "audit.view": (rule(MEMBERS),),
    # -- packs ----------------------------------------------------------------------------------------------------
    "pack.list": (rule(MAKER),),
    "pack.view": (rule(MAKER, "own"),),
    "pack.create": (rule(MAKER_WRITES),),
    "pack.edit": (rule(MAKER_WRITES, "own", "draft", "registered"),),
    "pack.register": (rule(MAKER_WRITES, "own", "draft"),),
    "pack.retire": (rule(MAKER_WRITES, "own", "registered"),),
    # -- families of packs ----------------------------------------------------------------------------------------
    "family.list": (rule(MAKER),),
    "family.view": (rule(MAKER, "own"),),
    "family.create": (rule(MAKER_WRITES),),
    "family.edit": (rule(MAKER_WRITES, "own"),),
    # -- inventories and calculations -----------------------------------------------------------------------------
    "inventory.list": (rule(MAKER | {SUPPLIER}),),
    "inventory.view": (rule(MAKER | {SUPPLIER}, "own"),),
    "inventory.edit": (rule(MAKER_WRITES | {SUPPLIER}, "own"),),
    "calculation.run": (rule(MAKER_WRITES | {SUPPLIER}, "own"),),
    "calculation.view": (rule(MAKER | {SUPPLIER}, "own"), rule(frozenset({VERIFIER}), "verifier")),
    "certificate.list": (rule(MAKER | {SUPPLIER}),),
    "scenario.view": (rule(MAKER | {SUPPLIER}, "own"),),
    "scenario.edit": (rule(MAKER_WRITES | {SUPPLIER}, "own"),),
    "reference.view": (rule(EVERYONE),),
    "reference.manage": (rule(frozenset({ADMINISTRATOR})),),
    "release.view": (rule(frozenset({ADMINISTRATOR}) | MAKER | {SUPPLIER}),),
    "release.assess": (
        rule(frozenset({ADMINISTRATOR}), "", "draft", "announced"),
        rule(MAKER_WRITES | {SUPPLIER}, "", "announced"),
    ),
    "release.announce": (rule(frozenset({ADMINISTRATOR}), "", "draft"),),
    "release.publish": (rule(frozenset({ADMINISTRATOR}), "", "draft", "announced"),),
    "release.discard": (rule(frozenset({ADMINISTRATOR}), "", "draft", "announced"),),
    "own_factor.list": (rule(MAKER | {SUPPLIER}),),
    "own_factor.view": (rule(MAKER | {SUPPLIER}, "own"),),
    "own_factor.edit": (rule(MAKER_WRITES | {SUPPLIER}, "own"),),
    # -- supply chain ---------------------------------------------------------------------------------------------
    "supplier.list": (rule(MAKER | {SUPPLIER}),),
    "supplier.add": (rule(BUYERS),),
    "supplier.invite": (rule(BUYERS),),
    "invitation.list": (rule(MAKER | {SUPPLIER}),),
    "invitation.manage": (rule(BUYERS, "buyer"),),
    "reminders.view": (rule(MAKER | {SUPPLIER}),),
    "reminders.set": (rule(BUYERS),),
    "request.list": (rule(MAKER | {SUPPLIER}),),
    "request.view": (rule(MAKER | {SUPPLIER}, "buyer"), rule(frozenset({SUPPLIER}), "supplier")),
    "request.create": (rule(BUYERS),),
    "request.fill": (
        rule(frozenset({SUPPLIER}), "supplier", "sent", "opened", "in_progress", "returned"),
        rule(BUYERS, "managed_by", "sent", "opened", "in_progress", "returned"),
    ),
    "request.publish": (
        rule(frozenset({SUPPLIER}), "supplier", "in_progress", "returned"),
        rule(BUYERS, "managed_by", "in_progress", "returned"),
    ),
    "request.decline": (
        rule(frozenset({SUPPLIER}), "supplier", "sent", "opened", "in_progress", "returned"),
    ),
    "request.accept": (rule(BUYERS, "buyer", "published"),),
    "request.return": (rule(BUYERS, "buyer", "published", "accepted"),),
    "request.remind": (rule(BUYERS, "buyer", "sent", "opened", "in_progress", "returned"),),
    "request.change_due": (rule(BUYERS, "buyer", "sent", "opened", "in_progress", "returned"),),
    "request.withdraw": (rule(BUYERS, "buyer", "sent", "opened", "in_progress", "returned", "published"),),
    "request.revise": (
        rule(frozenset({SUPPLIER}), "supplier", "published", "accepted"),
        rule(BUYERS, "managed_by", "published", "accepted"),
    ),
    "request.comment": (rule(BUYERS, "buyer"), rule(frozenset({SUPPLIER}), "supplier")),
    "activity.list": (rule(MAKER | {SUPPLIER}),),
    "activity.view": (rule(MAKER | {SUPPLIER}, "own"),),
    "activity.create": (rule(BUYERS),),
    "activity.send": (rule(BUYERS, "own"),),
    "upload.view": (rule(frozenset({SUPPLIER}) | MAKER, "own"),),
    "upload.accept": (rule(frozenset({SUPPLIER}) | MAKER_WRITES, "own", "ready"),),
    "upload.discard": (
        rule(frozenset({SUPPLIER}) | MAKER_WRITES, "own", "findings", "ready", "refused", "failed"),
    ),
    "upload.answer": (rule(frozenset({SUPPLIER}) | MAKER, "own", "accepted", "superseded"),),
    "upload.correct": (rule(frozenset({SUPPLIER}) | MAKER_WRITES, "own", "findings", "ready"),),
    "result.view": (rule(MAKER | {SUPPLIER}),),
    "result.publish": (rule(MAKER_WRITES | {SUPPLIER}),),
    # -- declarations ---------------------------------------------------------------------------------------------
    "phase.view": (rule(MAKER | {REGULATOR, ADMINISTRATOR}),),
    "phase.manage": (rule(frozenset({ADMINISTRATOR})),),
    "relief.ask": (rule(MAKER_DECIDES),),
    "relief.view": (rule(MAKER, "own"), rule(frozenset({REGULATOR}))),
    "relief.cancel": (rule(MAKER_DECIDES, "own", "asked"),),
    "relief.decide": (rule(frozenset({REGULATOR}), "", "asked"),),
    "summary.make": (rule(MAKER_WRITES | MAKER_DECIDES),),
    "summary.view": (rule(MAKER, "own"), rule(frozenset({REGULATOR}))),
    "summary.hand_in": (rule(MAKER_DECIDES, "own"),),
    "plan.view": (rule(MAKER, "own"), rule(frozenset({VERIFIER}), "verifier"), rule(frozenset({REGULATOR}))),
    "plan.edit": (rule(MAKER_WRITES, "own", "draft"),),
    "plan.create": (rule(MAKER_WRITES),),
    "plan.adopt": (rule(MAKER_DECIDES, "own", "draft"),),
    "declaration.list": (rule(MAKER),),
    "declaration.create": (rule(MAKER_WRITES),),
    "declaration.view": (
        rule(MAKER, "own"),
        rule(frozenset({VERIFIER}), "verifier"),
        rule(
            frozenset({REGULATOR}),
            "",
            "submitted",
            "in_review",
            "returned",
            "accepted",
            "superseded",
            "withdrawn",
        ),
    ),
    "declaration.edit": (rule(MAKER_WRITES, "own", "draft"),),
    "declaration.freeze": (rule(MAKER_WRITES, "own", "draft"),),
    "declaration.reopen": (rule(MAKER_WRITES, "own", "frozen", "in_verification", "verified"),),
    "declaration.report": (
        rule(MAKER, "own"),
        rule(frozenset({VERIFIER}), "verifier"),
        rule(
            frozenset({REGULATOR}),
            "",
            "submitted",
            "in_review",
            "returned",
            "accepted",
            "superseded",
            "withdrawn",
        ),
    ),
    "declaration.passport": (rule(MAKER, "own"),),
    "declaration.bundle": (
        rule(MAKER, "own"),
        rule(frozenset({VERIFIER}), "verifier"),
        rule(
            frozenset({REGULATOR}),
            "",
            "submitted",
            "in_review",
            "returned",
            "accepted",
            "superseded",
            "withdrawn",
        ),
    ),
    "declaration.send_to_verification": (rule(MAKER_DECIDES, "own", "frozen"),),
    "declaration.submit": (rule(MAKER_DECIDES, "own", "verified"),),
    "declaration.withdraw": (
        rule(MAKER_DECIDES, "own", "draft", "frozen", "in_verification", "verified", "submitted"),
    ),
    "declaration.revise": (rule(MAKER_WRITES, "own", "returned", "accepted"),),
    "declaration.dismiss_trigger": (rule(MAKER_DECIDES, "own", "accepted"),),
    # -- verification ---------------------------------------------------------------------------------------------
    "verification.list": (rule(frozenset({VERIFIER})),),
    "verification.view": (rule(frozenset({VERIFIER}), "asked"), rule(MAKER, "own")),
    "engagement.answer": (rule(frozenset({VERIFIER}), "asked", "asked"),),
    "declaration.decline": (rule(frozenset({VERIFIER}), "asked", "in_verification"),),
    "verification.report": (
        rule(frozenset({VERIFIER}), "verifier"),
        rule(MAKER, "own"),
        rule(frozenset({REGULATOR}), "", "submitted", "in_review", "returned", "accepted", "superseded"),
    ),
    "verification.upload": (rule(frozenset({VERIFIER}), "verifier"),),
    "verification.check": (rule(frozenset({VERIFIER}), "verifier", "in_verification"),),
    "verification.sampled": (rule(frozenset({VERIFIER}), "verifier"),),
    "verification.changes": (rule(frozenset({VERIFIER}), "verifier"), rule(MAKER, "own")),
    "verification.recipe": (rule(frozenset({VERIFIER}), "verifier"),),
    "verification.raise": (rule(frozenset({VERIFIER}), "verifier", "in_verification"),),
    "verification.reply": (rule(MAKER_WRITES, "own"),),
    "verification.close": (rule(frozenset({VERIFIER}), "verifier"),),
    "verification.sign": (rule(frozenset({VERIFIER}), "verifier", "in_verification"),),
    # -- review and register --------------------------------------------------------------------------------------
    "review.list": (rule(frozenset({REGULATOR})),),
    "review.view": (rule(frozenset({REGULATOR})),),
    "review.take_up": (rule(frozenset({REGULATOR}), "", "submitted"),),
    "review.return": (rule(frozenset({REGULATOR}), "", "in_review"),),
    "review.accept": (rule(frozenset({REGULATOR}), "", "in_review"),),
    "review.assign": (rule(frozenset({REGULATOR}), "", "submitted", "in_review", "accepted"),),
    "review.ask": (rule(frozenset({REGULATOR}), "", "in_review"),),
    "review.note": (rule(frozenset({REGULATOR}), "", "in_review"),),
    "matter.view": (rule(MAKER, "own"), rule(frozenset({REGULATOR}))),
    "matter.answer": (rule(MAKER_WRITES, "own", "open", "answered"),),
    "matter.ask_again": (rule(frozenset({REGULATOR}), "", "answered"),),
    "matter.settle": (rule(frozenset({REGULATOR}), "", "open", "answered"),),
    "decision.view": (rule(MAKER, "own"), rule(frozenset({REGULATOR}))),
    "register.view": (rule(EVERYONE),),
    "register.configure": (rule(frozenset({ADMINISTRATOR})),),
    # -- administration -------------------------------------------------------------------------------------------
    "organisation.manage": (rule(frozenset({ADMINISTRATOR})),),
}

# Address name -> action. Names in ``PUBLIC_API`` style namespaces are listed like any other.
ROUTES: dict[str, str] = {
    "home": "site.open",
    "search": "site.work",
    "healthz": "site.open",
    "readyz": "site.open",
    "metrics": "site.open",
    "accounts:signin": "site.open",
    "accounts:signout": "site.open",
    "accounts:language": "site.open",
    "accounts:password_forgotten": "site.open",
    "accounts:password_link": "site.open",
    "accounts:password_new": "site.open",
    "accounts:switch": "site.work",
    "accounts:account": "site.work",
    "accounts:tokens": "credential.manage",
    "accounts:token_revoke": "credential.manage",
    "jobs:detail": "job.view",
    "jobs:cancel": "job.cancel",
    "audit:list": "audit.view",
    "notices:inbox": "site.work",
    "notices:open": "site.work",
    "notices:read": "site.work",
    "notices:read_all": "site.work",
    "notices:choices": "site.work",
    "notices:calendar": "site.work",
    "notices:calendar_ics": "site.work",
    "notices:calendar_link": "site.work",
    "notices:calendar_unlink": "site.work",
    "notices:calendar_feed": "site.open",
    # -- lca --
    "lca:inventory_list": "inventory.list",
    "lca:inventory_detail": "inventory.view",
    "lca:inventory_edit": "inventory.edit",
    "lca:inventory_document": "inventory.view",
    "lca:calculate": "calculation.run",
    "lca:process_new": "inventory.edit",
    "lca:process_edit": "inventory.edit",
    "lca:process_delete": "inventory.edit",
    "lca:line_new": "inventory.edit",
    "lca:line_edit": "inventory.edit",
    "lca:line_delete": "inventory.edit",
    "lca:line_link": "inventory.edit",
    "lca:result": "calculation.view",
    "lca:result_lines": "calculation.view",
    "lca:trace": "calculation.view",
    "lca:result_rulesets": "calculation.view",
    "lca:result_versions": "calculation.view",
    "lca:compare": "calculation.view",
    "lca:compare_pick": "calculation.view",
    "lca:difference": "calculation.view",
    "lca:difference_xlsx": "calculation.view",
    "lca:difference_json": "calculation.view",
    "lca:uncertainty": "calculation.view",
    "lca:uncertainty_run": "calculation.view",
    "lca:uncertainty_start": "calculation.run",
    "lca:result_xlsx": "calculation.view",
    "lca:result_json": "calculation.view",
    "lca:result_export": "calculation.view",
    "lca:result_openlca": "calculation.view",
    "lca:result_brightway": "calculation.view",
    "lca:end_of_life": "inventory.edit",
    "lca:certificates": "certificate.list",
    "lca:what_if": "scenario.view",
    "lca:scenarios": "scenario.view",
    "lca:scenario": "scenario.view",
    "lca:scenario_edit": "scenario.edit",
    "lca:scenario_copy": "scenario.edit",
    "lca:scenario_archive": "scenario.edit",
    "lca:scenario_rebase": "scenario.edit",
    "lca:scenario_run": "scenario.edit",
    "lca:scenario_add": "scenario.edit",
    "lca:scenario_line": "scenario.edit",
    "lca:scenario_change": "scenario.edit",
    "lca:scenario_xlsx": "scenario.view",
    "lca:scenario_json": "scenario.view",
    "lca:reference": "reference.view",
    "lca:releases": "reference.view",
    "lca:factor": "reference.view",
    "lca:release_csv": "reference.view",
    "lca:release_xlsx": "reference.view",
    "lca:draft_list": "release.view",
    "lca:draft_new": "reference.manage",
    "lca:draft": "release.view",
    "lca:draft_impact": "release.view",
    "lca:draft_assess": "release.assess",
    "lca:draft_announce": "release.announce",
    "lca:draft_publish": "release.publish",
    "lca:draft_discard": "release.discard",
    "lca:own_factors": "own_factor.list",
    "lca:own_factor_new": "own_factor.edit",
    "lca:own_factor": "own_factor.view",
    "lca:own_factor_edit": "own_factor.edit",
    "lca:own_factor_retire": "own_factor.edit",
    "lca:own_factor_take": "own_factor.edit",
    "lca:own_factor_evidence": "own_factor.view",
    "lca:calculation_evidence": "calculation.view",
    "lca:rulesets": "reference.view",
    "lca:rulesets_compare": "reference.view",
    "lca:ruleset": "reference.view",
    # -- declarations: packs, plans, phases and the maker's side ---------------------------------------------------
    "declarations:pack_list": "pack.list",
    "declarations:pack_new": "pack.create",
    "declarations:pack": "pack.view",
    "declarations:pack_edit": "pack.edit",
    "declarations:pack_register": "pack.register",
    "declarations:pack_retire": "pack.retire",
    "declarations:pack_calculate": "pack.edit",
    "declarations:pack_report": "pack.view",
    "declarations:pack_report_attach": "pack.edit",
    "declarations:part_new": "pack.edit",
    "declarations:part_edit": "pack.edit",
    "declarations:part_remove": "pack.edit",
    "declarations:part_ask": "request.create",
    "declarations:pack_ask": "request.create",
    "declarations:pack_ask_template": "request.create",
    "declarations:responsibility": "pack.list",
    "declarations:pack_responsibility": "pack.view",
    "declarations:part_result": "pack.edit",
    "declarations:part_factor": "pack.edit",
    "declarations:line_new": "pack.edit",
    "declarations:line_remove": "pack.edit",
    "declarations:plant_new": "pack.create",
    "declarations:family_list": "family.list",
    "declarations:family_new": "family.create",
    "declarations:family": "family.view",
    "declarations:family_edit": "family.edit",
    "declarations:variant_new": "family.edit",
    "declarations:variant_add": "family.edit",
    "declarations:variant_scale": "family.view",
    "declarations:member_edit": "family.edit",
    "declarations:member_remove": "family.edit",
    "declarations:member_represent": "family.edit",
    "declarations:trigger_dismiss": "declaration.dismiss_trigger",
    "declarations:difference": "declaration.list",
    "declarations:plan_list": "declaration.list",
    "declarations:plan_new": "plan.create",
    "declarations:plan": "declaration.list",
    "declarations:plan_save": "plan.edit",
    "declarations:plan_adopt": "plan.adopt",
    "declarations:phase": "declaration.list",
    "declarations:relief_new": "relief.ask",
    "declarations:relief": "relief.view",
    "declarations:relief_cancel": "relief.cancel",
    "declarations:relief_decide": "relief.decide",
    "declarations:relief_list": "review.list",
    "declarations:summary_make": "summary.make",
    "declarations:summary": "summary.view",
    "declarations:summary_file": "summary.view",
    "declarations:summary_hand_in": "summary.hand_in",
    "declarations:summary_list": "review.list",
    "declarations:list": "declaration.list",
    "declarations:new": "declaration.create",
    "declarations:detail": "declaration.list",
    "declarations:choose_plan": "declaration.list",
    "declarations:choose_calculation": "declaration.list",
    "declarations:assign": "declaration.create",
    "declarations:history": "declaration.list",
    "declarations:check": "declaration.list",
    "declarations:freeze": "declaration.freeze",
    "declarations:reopen": "declaration.reopen",
    "declarations:send": "declaration.list",
    "declarations:submit": "declaration.list",
    "declarations:receipt": "declaration.list",
    "declarations:receipt_json": "declaration.list",
    "declarations:revise": "declaration.revise",
    "declarations:withdraw": "declaration.withdraw",
    "declarations:report_request": "declaration.report",
    "declarations:report_download": "declaration.report",
    "declarations:schema": "site.open",
    "declarations:passport": "declaration.passport",
    "declarations:passport_model": "declaration.passport",
    "declarations:passport_file": "declaration.passport",
    "declarations:bundle": "declaration.bundle",
    "declarations:bundle_request": "declaration.bundle",
    "declarations:bundle_download": "declaration.bundle",
    # declarations: verification, review and register
    "declarations:verification_list": "verification.list",
    "declarations:verification": "verification.view",
    "declarations:verification_calculation": "verification.recipe",
    "declarations:verification_line": "verification.recipe",
    "declarations:verification_upload": "verification.recipe",
    "declarations:verification_raise": "verification.raise",
    "declarations:verification_sign": "verification.sign",
    "declarations:engagement_take_on": "engagement.answer",
    "declarations:engagement_refuse": "engagement.answer",
    "declarations:sample_draw": "verification.check",
    "declarations:sample": "verification.sampled",
    "declarations:plan_checks": "verification.sampled",
    "declarations:changes": "verification.changes",
    "declarations:statement": "verification.report",
    "declarations:verification_report_request": "verification.report",
    "declarations:verification_report_upload": "verification.upload",
    "declarations:verification_report": "verification.report",
    "declarations:finding": "verification.view",
    "declarations:finding_reply": "verification.reply",
    "declarations:finding_ask_again": "verification.close",
    "declarations:finding_close": "verification.close",
    "declarations:evidence": "verification.view",
    "declarations:review_queue": "review.list",
    "declarations:review": "review.view",
    "declarations:review_take_up": "review.take_up",
    "declarations:review_take_over": "review.assign",
    "declarations:review_assign": "review.assign",
    "declarations:review_similar": "review.view",
    "declarations:review_ask": "review.ask",
    "declarations:review_accept_form": "review.accept",
    "declarations:matter": "matter.view",
    "declarations:matter_answer": "matter.answer",
    "declarations:matter_ask_again": "matter.ask_again",
    "declarations:matter_settle": "matter.settle",
    "declarations:matter_evidence": "matter.view",
    "declarations:decision": "decision.view",
    "declarations:decision_pdf": "decision.view",
    "declarations:decision_json": "decision.view",
    "declarations:decision_list": "review.list",
    "declarations:decisions_csv": "review.list",
    "declarations:decisions_json": "review.list",
    "declarations:review_note": "review.note",
    "declarations:review_return": "review.return",
    "declarations:review_accept": "review.accept",
    "declarations:review_next": "review.take_up",
    "declarations:review_export": "review.list",
    "declarations:coverage": "review.list",
    "declarations:coverage_csv": "review.list",
    "receipts:check": "register.view",
    "receipts:keys": "register.view",
    "receipts:keys_json": "register.view",
    "register:list": "register.view",
    "register:statistics": "register.view",
    "register:check": "register.view",
    "register:fields": "register.view",
    "register:fields_edit": "register.configure",
    "register:content": "register.view",
    "register:qr": "register.view",
    "register:detail": "register.view",
    "register:detail_json": "register.view",
    "register:csv": "register.view",
    "register:json": "register.view",
    # administration
    "accounts:organisations": "organisation.manage",
    "accounts:organisation_create": "organisation.manage",
    "accounts:organisation": "organisation.manage",
    "accounts:credit_code_confirm": "organisation.manage",
    "accounts:membership_grant": "organisation.manage",
    "accounts:membership_end": "organisation.manage",
    "declarations:phase_admin": "phase.manage",
    "declarations:phase_edit": "phase.manage",
    # -- suppliers ------------------------------------------------------------------------------------------------
    "suppliers:supplier_list": "supplier.list",
    "suppliers:supplier_add": "supplier.add",
    "suppliers:invitation_list": "invitation.list",
    "suppliers:invitation_new": "supplier.invite",
    "suppliers:invitation_resend": "invitation.manage",
    "suppliers:invitation_revoke": "invitation.manage",
    "suppliers:invitation_link": "site.open",
    "suppliers:invitation_accept": "site.open",
    "suppliers:reminders": "reminders.view",
    "suppliers:line_list": "inventory.list",
    "suppliers:line_ask": "request.create",
    "suppliers:line_use": "inventory.edit",
    "suppliers:request_list": "request.list",
    "suppliers:request_new": "request.create",
    "suppliers:request_detail": "request.view",
    "suppliers:request_comment": "request.comment",
    "suppliers:request_log": "request.view",
    "suppliers:attachment": "request.view",
    "suppliers:request_accept": "request.accept",
    "suppliers:request_return": "request.return",
    "suppliers:request_decline": "request.decline",
    "suppliers:request_remind": "request.remind",
    "suppliers:request_withdraw": "request.withdraw",
    "suppliers:request_due": "request.change_due",
    "suppliers:request_template": "request.fill",
    "suppliers:request_upload": "request.fill",
    "suppliers:form": "request.fill",
    "suppliers:form_check": "request.fill",
    "suppliers:form_example": "request.fill",
    "suppliers:form_take": "request.fill",
    "suppliers:form_workbook": "request.fill",
    "suppliers:form_hand_in": "request.fill",
    "suppliers:form_gap": "request.fill",
    "suppliers:form_step": "request.fill",
    "suppliers:form_save": "request.fill",
    "suppliers:request_calculate": "request.fill",
    "suppliers:request_preview": "request.fill",
    "suppliers:request_publish": "request.publish",
    "suppliers:request_revise": "request.revise",
    "suppliers:activity_list": "activity.list",
    "suppliers:activity_new": "activity.create",
    "suppliers:activity_source": "activity.view",
    "suppliers:activity_receive": "activity.send",
    "suppliers:activity_batch": "activity.view",
    "suppliers:activity_file": "activity.view",
    "suppliers:activity_item": "activity.view",
    "suppliers:request_activity": "request.fill",
    "suppliers:upload_detail": "upload.view",
    "suppliers:upload_cell": "upload.view",
    "suppliers:upload_file": "upload.view",
    "suppliers:upload_annotated": "upload.view",
    "suppliers:upload_copy": "upload.view",
    "suppliers:upload_correct": "upload.correct",
    "suppliers:upload_restore": "upload.correct",
    "suppliers:upload_answer": "upload.answer",
    "suppliers:upload_accept": "upload.accept",
    "suppliers:upload_discard": "upload.discard",
    "suppliers:result_list": "result.view",
    "suppliers:result_compare": "result.view",
    "suppliers:result_detail": "result.view",
    # -- end of suppliers -----------------------------------------------------------------------------------------
    # -- API ----------------------------------------------------------------------------------------------------------
    "api:schema": "site.open",
    "api:job": "job.view",
    "api:inventories": "inventory.list",
    "api:inventory": "inventory.view",
    "api:inventory_calculate": "calculation.run",
    "api:calculations": "calculation.view",
    "api:uncertainty": "calculation.view",
    "api:uncertainty_run": "calculation.view",
    "api:calculation": "calculation.view",
    "api:calculation_difference": "calculation.view",
    "api:calculation_openlca": "calculation.view",
    "api:calculation_brightway": "calculation.view",
    "api:results": "result.view",
    "api:result": "result.view",
    "api:inventory_scenarios": "inventory.view",
    "api:scenarios": "scenario.view",
    "api:scenario": "scenario.view",
    "api:scenario_run": "scenario.edit",
    "api:factors": "reference.view",
    "api:activity_sources": "activity.list",
    "api:activity_records": "activity.send",
    "api:activity_files": "activity.send",
    "api:activity_delivery": "activity.view",
    "api:activity_totals": "activity.view",
    "api:requests": "request.list",
    "api:request": "request.view",
    "api:request_verb": "request.view",
    "api:request_workbook": "request.fill",
    "api:request_uploads": "request.fill",
    "api:request_due": "request.change_due",
    "api:request_log": "request.view",
    "api:invitations": "invitation.list",
    "api:invitation": "invitation.list",
    "api:invitation_verb": "invitation.manage",
    "api:request_calculate": "request.publish",
    "api:request_publish": "request.publish",
    "api:upload": "upload.view",
    "api:upload_corrections": "upload.view",
    "api:upload_correction": "upload.correct",
    "api:upload_accept": "upload.accept",
    "api:upload_discard": "upload.discard",
    "api:workbook_rules": "site.work",
    "api:packs": "pack.list",
    "api:pack": "pack.view",
    "api:pack_register": "pack.register",
    "api:pack_parts": "pack.view",
    "api:pack_requests": "request.create",
    "api:pack_responsibility": "pack.view",
    "api:responsibility": "pack.list",
    "api:pack_calculate": "calculation.run",
    "api:declarations": "declaration.view",
    "api:declaration": "declaration.view",
    "api:declaration_snapshot": "declaration.view",
    "api:reports": "declaration.report",
    "api:report_file": "declaration.report",
    "api:declaration_passport": "declaration.passport",
    "api:bundles": "declaration.bundle",
    "api:bundle_file": "declaration.bundle",
}


def _role_names(rules: tuple[Rule, ...]) -> str:
    roles = sorted({role for item in rules for role in item.roles}, key=list(Role.values).index)
    return ", ".join(str(Role(role).label) for role in roles)


def check(actor: Actor, action: str, obj: Any = None) -> Decision:
    """Whether ``actor`` may do ``action``, to ``obj`` if given; a refusal carries the reason in words.

    Raises KeyError for an action that is not in the table: that is an error of the program.
    """
    rules = ACTIONS[action]
    fitting = [item for item in rules if actor.role in item.roles]
    if not fitting:
        reason = _("Your role does not allow this. It is for: %(roles)s.") % {"roles": _role_names(rules)}
        return Decision(False, reason)
    if obj is None:
        return Decision(True)
    parties = obj.parties() if hasattr(obj, "parties") else {}
    fitting = [
        item
        for item in fitting
        if not item.relation
        or (actor.organisation_id is not None and parties.get(item.relation) == actor.organisation_id)
    ]
    if not fitting:
        return Decision(False, _("This belongs to another organisation."))
    if any(item.states is None or obj.state in item.states for item in fitting):
        return Decision(True)
    return Decision(
        False,
        _("Not possible in the present state: %(state)s.") % {"state": obj.get_state_display()},
    )


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """Raise :class:`AccessDenied` with the reason unless :func:`check` allows."""
    decision = check(actor, action, obj)
    if not decision:
        raise AccessDenied(decision.reason)
