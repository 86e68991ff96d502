"""Handlers of jobs by kind, and what a handler gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor

if TYPE_CHECKING:
    from carbonfoot.jobs.models import Job

# The name of the Celery task that runs a job: who publishes it need not import who runs it.
RUN_TASK = "carbonfoot.jobs.tasks.run"

Handler = Callable[["JobContext"], dict[str, Any] | None]
_handlers: dict[str, Handler] = {}
_messages: dict[str, Any] = {}
_ended: dict[str, Callable[[Job], None]] = {}
_failed: list[Callable[[Job], None]] = []


class JobCancelled(Exception):
    """Raised inside a handler at its next progress report after somebody cancelled the job."""


@dataclass
class JobContext:
    """What a handler works with: the row's arguments, the actor it works for, and a way to report progress."""

    job: Job
    actor: Actor
    args: dict[str, Any] = field(default_factory=dict)

    def progress(self, step: int, steps: int, message: str, **params: Any) -> None:
        """Report step ``step`` of ``steps``. ``message`` is a code registered with :func:`progress_messages`.

        Must not be called inside a transaction, or nobody sees it in time. Raises JobCancelled when cancelled.
        """
        from carbonfoot.jobs.models import Job

        Job.objects.filter(pk=self.job.pk).update(
            step=step, steps=steps, message=message, message_params=params, progressed_at=clock.now()
        )
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise JobCancelled


def job_handler(kind: str, on_end: Callable[[Job], None] | None = None) -> Callable[[Handler], Handler]:
    """Register a handler. It must be idempotent: after a crash it runs again from the start with the same arguments.

    A handler raises Problems for a failure that a person can mend; anything else is a crash and is tried again.
    ``on_end`` is called once in the transaction that ends the job as failed or cancelled, to set what waited for it.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise RuntimeError(f"two handlers for {kind}")
        _handlers[kind] = handler
        if on_end is not None:
            _ended[kind] = on_end
        return handler

    return register


def on_failure(function: Callable[[Job], None]) -> Callable[[Job], None]:
    """Have ``function`` called for every job that ends as failed, in the transaction of its end; a decorator."""
    _failed.append(function)
    return function


def failure_hooks() -> list[Callable[[Job], None]]:
    """What :func:`on_failure` registered."""
    return _failed


def progress_messages(messages: dict[str, Any]) -> None:
    """Register the texts (lazy translations, %-style params) of progress codes."""
    _messages.update(messages)


def message_text(code: str, params: dict[str, Any]) -> str:
    """The text of a progress code in the active language."""
    text = _messages.get(code, code)
    return str(text) % params if params else str(text)


def handler_of(kind: str) -> Handler:
    """The handler of a kind; KeyError for an unknown kind."""
    return _handlers[kind]


def end_hook(kind: str) -> Callable[[Job], None] | None:
    """What must happen when a job of this kind ends without success."""
    return _ended.get(kind)
