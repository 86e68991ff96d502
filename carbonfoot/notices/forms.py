"""What the pages of the inbox take in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.notices.kinds import TOPICS
from carbonfoot.notices.models import Delivery
from carbonfoot.notices.selectors import TopicChoice
from carbonfoot.ui.forms import BaseForm


class FilterForm(BaseForm):
    """Which notices are listed."""

    topic = forms.ChoiceField(label=_("Topic"), required=False, choices=[("", _("All")), *TOPICS.items()])
    unread = forms.ChoiceField(
        label=_("Read"), required=False, choices=[("", _("All")), ("1", _("Unread only"))]
    )


class ChoicesForm(BaseForm):
    """How a person hears of each topic."""

    def __init__(self, *args: Any, rows: list[TopicChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            usual = _("As usual (%(usual)s)") % {"usual": row.usual}
            self.fields[row.topic] = forms.ChoiceField(
                label=row.label,
                required=False,
                choices=[("", usual), *Delivery.choices],
                initial=row.chosen,
            )
