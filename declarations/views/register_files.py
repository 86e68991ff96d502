"""The register as a file: what a filter leaves, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from carbonfoot.csvs import formula_safe
from carbonfoot.http import Request
from declarations.selectors import register as selectors
from declarations.selectors import register_files as files
from declarations.views.register import asked_for
from declarations.views.register_limits import limited

DOWNLOADS_A_MINUTE = 10
BATCH = 100  # lines that leave together: a chunk for each line costs more than the line


class _Echo:
    """A file that hands back what is written, so that csv can write into a stream."""

    def write(self, value: str) -> str:
        """Return the line."""
        return value


def _batched(lines: Iterator[str]) -> Iterator[str]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def _stream(lines: Iterator[str], kind: str, filename: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_batched(lines), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@limited("download", DOWNLOADS_A_MINUTE)
def register_csv(request: Request) -> StreamingHttpResponse:
    """What the filter leaves, as CSV with a byte order mark; figures as computed, text never as a formula."""
    _form, asked = asked_for(request)
    rows = selectors.search(selectors.entries_for(request.actor), asked)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(files.CSV_COLUMNS)
        for row in files.csv_rows(files.in_pieces(rows)):
            yield writer.writerow([formula_safe(cell) for cell in row])

    return _stream(lines(), "text/csv", "carbonfoot-register.csv")


@require_safe
@limited("download", DOWNLOADS_A_MINUTE)
def register_json(request: Request) -> StreamingHttpResponse:
    """What the filter leaves, as JSON, entry by entry with its digest."""
    _form, asked = asked_for(request)
    rows = selectors.search(selectors.entries_for(request.actor), asked)

    def pieces() -> Iterator[str]:
        yield '{"format":"carbonfoot-register/1","entries":['
        for index, entry in enumerate(files.in_pieces(rows)):
            yield ("," if index else "") + json.dumps(selectors.content_of(entry), ensure_ascii=False)
        yield "]}"

    return _stream(pieces(), "application/json", "carbonfoot-register.json")
