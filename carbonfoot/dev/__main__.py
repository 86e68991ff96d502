"""Command line of local runs: `python -m carbonfoot.dev run|manage|system|lint|lock|demo-reset`."""

from __future__ import annotations

import argparse
import sys

from carbonfoot.dev.halt import Halt


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code, 1 with one sentence on standard error where it cannot go on."""
    parser = argparse.ArgumentParser(prog="python -m carbonfoot.dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run the site with its servers until Ctrl-C")
    manage = commands.add_parser("manage", help="run a Django command with this folder's servers")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    system = commands.add_parser("system", help="check what the machine must have, and install it as root")
    system.add_argument("--for", dest="purpose", choices=["run", "tests"], default="run")
    commands.add_parser("lint", help="every check of the code that needs no test")
    lock = commands.add_parser("lock", help="write the lock files")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions")
    commands.add_parser("demo-reset", help="throw away the data of local runs")
    chosen = parser.parse_args(arguments)
    try:
        return _carry_out(chosen)
    except Halt as halt:
        print(f"carbonfoot: {halt}", file=sys.stderr, flush=True)
        return 1


def _carry_out(chosen: argparse.Namespace) -> int:
    # Each command imports what it needs: checking the machine must work before every package does.
    if chosen.command == "run":
        from carbonfoot.dev.run import run

        run()
    elif chosen.command == "manage":
        from carbonfoot.dev.commands import manage

        return manage(chosen.arguments)
    elif chosen.command == "system":
        from carbonfoot.dev import system

        system.ensure(system.NEEDS[chosen.purpose], lambda text: print(f"carbonfoot: {text}", flush=True))
    elif chosen.command == "lint":
        from carbonfoot.dev.lint import lint

        lint()
    elif chosen.command == "lock":
        from carbonfoot.dev.locks import write_locks

        write_locks(upgrade=chosen.upgrade)
    elif chosen.command == "demo-reset":
        from carbonfoot.dev.commands import demo_reset

        demo_reset()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
