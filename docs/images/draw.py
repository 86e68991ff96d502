"""Draws rooms.svg and flow.svg beside it: `python docs/images/draw.py`. A test holds the drawings against it."""

from __future__ import annotations

from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
FONT = "font-family=\"system-ui,'Noto Sans','Noto Sans CJK SC',sans-serif\""
INK, QUIET, LINE = "#1b2430", "#5b6675", "#8a95a5"
# fill and border of each kind of box
KINDS = {
    "room": ("#eaf2ee", "#3c7a5c"),
    "inner": ("#ffffff", "#9fb8ab"),
    "store": ("#eef0f7", "#5a678f"),
    "door": ("#fbf3e6", "#a87b2a"),
    "people": ("#f4f5f7", "#8a95a5"),
}


class Drawing:
    """An SVG of boxes and arrows on a white ground; lengths in px."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" {FONT}>',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            f'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="{QUIET}"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
        ]

    def text(self, x: float, y: float, words: str, size: int = 13, color: str = INK, **more: str) -> None:
        """One line of text; ``anchor`` and ``weight`` as in SVG."""
        anchor, weight = more.get("anchor", "start"), more.get("weight", "400")
        self.parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}" fill="{color}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(words)}</text>'
        )

    def box(self, x: float, y: float, w: float, h: float, kind: str, title: str, *lines: str) -> None:
        """A box with a title and lines under it."""
        fill, border = KINDS[kind]
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6" fill="{fill}" stroke="{border}"/>'
        )
        self.text(x + 12, y + 20, title, 14, weight="600")
        for number, line in enumerate(lines):
            self.text(x + 12, y + 39 + 17 * number, line, 12, QUIET)

    def arrow(self, *points: tuple[float, float], label: str = "", at: tuple[float, float] = (0, 0)) -> None:
        """A line along the points with a tip at its end."""
        path = " ".join(f"{x},{y}" for x, y in points)
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{QUIET}" stroke-width="1.4" marker-end="url(#tip)"/>'
        )
        if label:
            self.text(at[0], at[1], label, 11, QUIET)

    def write(self, name: str, folder: Path) -> None:
        """Write the file."""
        (folder / name).write_text("\n".join([*self.parts, "</svg>"]) + "\n", "utf-8")


def rooms(folder: Path) -> None:
    """The rooms of the code, which way they lean, and what runs beside them."""
    d = Drawing(1120, 800, "Rooms of the code and the processes they run in")
    d.box(24, 20, 744, 62, "people", "Browser: maker, supplier, verifier, authority, operator, visitor")
    d.text(
        36,
        66,
        "pages in Chinese and English, htmx for parts; other systems: /api/v1/ with a token",
        12,
        QUIET,
    )
    d.box(24, 112, 744, 62, "door", "gunicorn: settings, addresses, middleware")
    d.text(
        36,
        158,
        "content security policy, session, language, actor, access table: what is not listed is refused",
        12,
        QUIET,
    )
    d.arrow((396, 82), (396, 110))
    d.box(
        24,
        204,
        744,
        128,
        "room",
        "declarations",
        "packs, phases, plans, declarations, verification, review, register",
    )
    for number, (name, line) in enumerate(
        (
            ("views, api", "thin"),
            ("services", "every write"),
            ("selectors", "every read"),
            ("workflow", "tables of states"),
            ("checks", "one per file"),
            ("reports", "from snapshots"),
        )
    ):
        d.box(36 + 122 * number, 262, 114, 56, "inner", name, line)
    d.box(24, 362, 744, 92, "room", "suppliers", "supplier links, data requests, uploads, findings")
    d.box(402, 376, 354, 64, "inner", "workbook", "one schema: template, guard, reader, checks, copy")
    d.box(24, 484, 744, 128, "room", "lca", "inventories, calculations, published results, reference data")
    for number, (name, line, width) in enumerate(
        (
            ("engine", "pure numerics, no Django", 190),
            ("rulesets", "versions as TOML", 170),
            ("data", "factor releases as CSV", 180),
            ("presentation", "a number explained", 162),
        )
    ):
        d.box(36 + sum((0, 190, 170, 180)[: number + 1]) + 6 * number, 542, width, 56, "inner", name, line)
    d.box(24, 642, 744, 128, "room", "carbonfoot", "what every app leans on")
    for number, (name, line) in enumerate(
        (
            ("accounts", "access table"),
            ("audit", "hash chain"),
            ("jobs", "outbox"),
            ("ui", "tags, charts"),
            ("problems", "errors by code"),
            ("clock", "China time"),
        )
    ):
        d.box(36 + 122 * number, 700, 114, 56, "inner", name, line)
    for y in (174, 332, 454, 612):
        d.arrow((396, y), (396, y + 28))
    d.text(406, 352, "imports go down only", 11, QUIET)

    d.box(
        848, 112, 248, 128, "store", "PostgreSQL", "rows, constraints, triggers", "audit chain", "jobs (outbox)",
        "advisory locks",
    )  # fmt: skip
    d.box(848, 290, 248, 76, "store", "Redis or Valkey", "messages to workers", "cache: sign-in limits")
    d.box(
        848,
        416,
        248,
        94,
        "door",
        "Celery workers and beat",
        "the same code, the same services",
        "sweeper, every 5 s",
    )
    d.box(848, 560, 248, 76, "door", "Child process for a workbook", "limited memory and time", "no database")
    d.box(
        848,
        686,
        248,
        84,
        "store",
        "Files",
        "uploads, evidence, reports",
        "with their SHA-256 in the database",
    )
    d.arrow((768, 143), (846, 143))
    d.arrow((972, 240), (972, 288), label="published after commit", at=(980, 268))
    d.arrow((972, 366), (972, 414))
    d.arrow((848, 440), (812, 440), (812, 200), (846, 200), label="progress", at=(792, 456))
    d.arrow((972, 510), (972, 558), label="check of an upload", at=(980, 538))
    d.arrow((768, 728), (846, 728))
    d.write("rooms.svg", folder)


def flow(folder: Path) -> None:
    """The one flow, from the request for data to the public register."""
    d = Drawing(1120, 470, "From a data request to the public register")
    rows = (
        (
            "Supplier",
            24,
            (
                ("Request", "by a buyer", "workbook, pre-filled"),
                ("Upload", "quarantine, SHA-256", "guard, child process"),
                ("Findings", "every error, by cell", "annotated copy"),
                ("Inventory", "accepted whole", "each line: file and cell"),
                ("Published result", "version, by stage", "no recipe in it"),
            ),
        ),
        (
            "Pack maker",
            174,
            (
                ("Pack inventory", "own processes, results,", "background factors"),
                ("Calculation", "rule set, release,", "engine, input digest"),
                ("Ledger", "total, stage, process,", "line, factor, cell"),
                ("Declaration", "checks, frozen snapshot", "canonical text, SHA-256"),
                ("Plan, phase", "control plan adopted,", "dates as data"),
            ),
        ),
        (
            "Third parties",
            324,
            (
                ("Verification", "clean room, findings", "statement on a digest"),
                ("Submission", "all checks again", "one receipt"),
                ("Review", "flags, peers", "returned with reasons"),
                ("Acceptance", "older version", "superseded"),
                ("Public register", "allow-list of facts", "digest to check"),
            ),
        ),
    )
    for title, top, boxes in rows:
        d.text(24, top + 12, title, 13, QUIET, weight="600")
        for number, (name, *lines) in enumerate(boxes):
            d.box(24 + 218 * number, top + 22, 190, 82, "room" if top != 324 else "store", name, *lines)
            if number and not (top == 174 and number == 4):
                d.arrow((214 + 218 * (number - 1), top + 63), (240 + 218 * (number - 1), top + 63))
    d.arrow((894, 237), (870, 237))
    d.arrow((991, 128), (991, 150), (119, 150), (119, 194))
    d.arrow((773, 278), (773, 300), (119, 300), (119, 344))
    d.text(
        24, 452, "Every figure leads back along these arrows, as far as the reader may see; a cut says so.", 12,
        QUIET,
    )  # fmt: skip
    d.write("flow.svg", folder)


def draw(folder: Path = HERE) -> None:
    """Write both drawings into a folder."""
    rooms(folder)
    flow(folder)


if __name__ == "__main__":
    draw()
