"""The child process that reads uploads: limits itself first, then guards, reads and checks.

Run as `python -m suppliers.workbook.child`; takes one JSON request on standard input and writes one
JSON answer to standard output. Whatever a file does to this process, the parent lives.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any


def limit_self(memory_bytes: int, cpu_seconds: int) -> None:
    """Cap address space and processor time of this process; no core file, no child of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # openpyxl would load numpy only to recognise its number types; it costs more memory than the file.
    sys.modules["numpy"] = None  # type: ignore[assignment]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request: {"do": "inspect" | "annotate" | "plain", ...}."""
    if request["do"] == "annotate":
        from .findings import Finding
        from .marking import Correction, annotate_file

        annotate_file(
            Path(request["path"]),
            Path(request["target"]),
            [Finding.from_dict(item) for item in request["findings"]],
            request["lang"],
            request["filename"],
            [Correction.from_dict(item) for item in request["corrections"]],
        )
        return {"done": True}
    if request["do"] == "plain":
        from .limits import Limits as PlainLimits
        from .plain import read_plain

        return read_plain(Path(request["path"]), request["filename"], PlainLimits(**request["limits"]))
    from .examine import examine
    from .expectation import Expectation
    from .limits import Limits

    return examine(
        Path(request["path"]),
        request["filename"],
        Expectation.from_dict(request["expectation"]),
        Limits(**request["limits"]),
        request["corrections"],
    )


def main() -> int:
    """Read the request, answer it, and return the exit status."""
    request = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not become part of the answer
    limit_self(request["limits"]["memory_bytes"], request["limits"]["cpu_seconds"])
    try:
        result = answer(request)
    except MemoryError:
        result = {"failed": "memory"}
    except RecursionError:
        result = {"failed": "unreadable", "part": "RecursionError"}
    json.dump(result, out, ensure_ascii=False)
    out.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
