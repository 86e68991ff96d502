"""`manage.py footprint FILE --ruleset ID`: a carbon footprint from a file, without touching the database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lca.data import ReleaseError
from lca.engine import InventoryError
from lca.footprint import from_bytes, to_json, to_text
from lca.footprint_uncertainty import UncertaintyError, uncertainty_of, uncertainty_text
from lca.rulesets import RuleSetError

EXIT_PROBLEMS = 2


class Command(BaseCommand):
    """Read an inventory (carbonfoot-inventory/1) or a bill-of-materials case file, and print its footprint."""

    help = "Carbon footprint of an inventory or bill-of-materials file; touches no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("file", help="path of a JSON file, or - for standard input")
        parser.add_argument(
            "--ruleset", required=True, help="rule set: cn-miit-551, eu-cfb-ev, iso-14067-gate"
        )
        parser.add_argument(
            "--ruleset-version", default=None, help="version of the rule set; the latest by default"
        )
        parser.add_argument(
            "--release", default=None, help="code of the factor release; the newest by default"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument(
            "--lang", choices=("zh", "en"), default="zh", help="language of tables and messages"
        )
        parser.add_argument(
            "--uncertainty",
            type=int,
            metavar="N",
            default=None,
            help="draw N times (1,000 to 100,000) and add interval, percentiles and shares of the variance",
        )
        parser.add_argument(
            "--seed", type=int, default=None, help="seed of the draws; the usual one by default"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the footprint; on problems print all of them and exit with code 2."""
        name, language = options["file"], options["lang"]
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            footprint = from_bytes(
                content, options["ruleset"], options["release"], options["ruleset_version"]
            )
            drawn = None
            if options["uncertainty"] is not None:
                drawn = uncertainty_of(content, footprint, options["uncertainty"], options["seed"])
        except OSError as error:
            self._stop([f"{name}: {error.strerror}"], options)
        except (RuleSetError, ReleaseError, UncertaintyError) as error:
            self._stop([str(error)], options)
        except InventoryError as error:
            lines = [
                f"{problem.place or name}: {problem.message(language)} ({problem.code})"
                for problem in error.problems
            ]
            self._stop(lines, options, [problem.to_dict() for problem in error.problems])
        else:
            if options["json"]:
                data = to_json(footprint) | ({} if drawn is None else {"uncertainty": drawn})
                self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            else:
                self.stdout.write(to_text(footprint, language))
                if drawn is not None:
                    self.stdout.write(uncertainty_text(drawn, footprint, language))

    def _stop(
        self, lines: list[str], options: dict[str, Any], problems: list[dict[str, Any]] | None = None
    ) -> None:
        """Print every problem on standard error, and as JSON on standard output if that was asked for."""
        for line in lines:
            self.stderr.write(line)
        if options["json"]:
            found = (
                problems
                if problems is not None
                else [{"code": "command", "message": {"en": line}} for line in lines]
            )
            self.stdout.write(
                json.dumps(
                    {"format": "carbonfoot-problems/1", "problems": found}, ensure_ascii=False, indent=2
                )
            )
        sys.exit(EXIT_PROBLEMS)
