"""The frame of every report: paged HTML in the report's language, fonts embedded, PDF/A-3 with its data attached.

A report is a template that extends ``reports/frame.html``. Its text is written by Django, its pages by WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from carbonfoot import clock
from declarations.reports.fonts import cjk_family


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: what the report is written from."""

    name: str
    content: bytes
    description: str


def in_language(language: str) -> Any:
    """The context in which a report of ``language`` (zh or en) is written."""
    return translation.override("zh-hans" if language == "zh" else "en")


def render(template: str, context: Mapping[str, Any], language: str) -> str:
    """The report as one HTML document. Raises Problems when no Chinese font is installed."""
    with in_language(language):
        frame = {
            "language": language,
            "stylesheet": _stylesheet(),
            "font": cjk_family(),
            "issued": clock.today(),
        }
        return render_to_string(template, {**frame, **context})


def _stylesheet() -> str:
    path = finders.find("css/report.css")
    if not isinstance(path, str):
        raise FileNotFoundError("css/report.css")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _refuse(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    raise ValueError(f"a report fetches nothing: {url}")


def write_pdf(document: str, attached: Sequence[Attached] = ()) -> bytes:
    """The HTML document as PDF/A-3u, with files attached as its source. Nothing is fetched from anywhere."""
    import weasyprint  # loads Pango: only workers that write reports need it

    html = weasyprint.HTML(string=document, url_fetcher=_refuse)
    attachments = [
        weasyprint.Attachment(
            string=item.content, name=item.name, description=item.description, relationship="Source"
        )
        for item in attached
    ]
    found = html.write_pdf(pdf_variant="pdf/a-3u", attachments=attachments, custom_metadata=True)
    if found is None:
        raise RuntimeError("no document was written")
    return bytes(found)
