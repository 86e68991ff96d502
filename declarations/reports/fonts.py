"""A report without Chinese glyphs is worse than none: find the font first, or say how to get it."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import problem

FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei")


@cache
def cjk_family() -> str:
    """The first installed family that has Simplified Chinese. Raises Problems with the mend when there is none."""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
        ).stdout
        for family in FAMILIES:
            if family in listed:
                return family
    raise problem(
        "REPORT-FONT",
        _("No Chinese font is installed on this machine, so the PDF cannot be written."),
        mend=_("Install one, for example: apt-get install fonts-noto-cjk"),
    )
