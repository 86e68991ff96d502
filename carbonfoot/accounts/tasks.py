"""Background work of accounts: thin over services."""

from __future__ import annotations

from typing import Any

from carbonfoot.accounts import passwords
from carbonfoot.jobs.registry import JobContext, job_handler


@job_handler("accounts.password_link")
def run_password_link(ctx: JobContext) -> dict[str, Any]:
    """Mail a link for a new password. The result says nothing: who reads jobs shall not learn who has an account."""
    passwords.send_link(str(ctx.args["email"]))
    return {}
