"""The two servers together, with what the environment says about each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from carbonfoot.dev.postgres import Postgres
from carbonfoot.dev.valkey import Valkey


@dataclass
class Servers:
    """PostgreSQL and Valkey for one run; DATABASE_URL and REDIS_URL each stand in for one of them.

    folder: where their data lie. logs: where they write. addresses: DATABASE_URL and REDIS_URL after `start`.
    """

    folder: Path
    logs: Path
    volatile: bool = False
    addresses: dict[str, str] = field(default_factory=dict)
    own: dict[str, Postgres | Valkey] = field(default_factory=dict)

    def start(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Start what no address was given for, and return both addresses."""
        for name, make, folder in (("DATABASE_URL", Postgres, "postgres"), ("REDIS_URL", Valkey, "valkey")):
            if environment.get(name):
                self.addresses[name] = environment[name]
                continue
            self.own[name] = make(self.folder / folder, self.logs / f"{folder}.log", self.volatile)
            self.addresses[name] = self.own[name].start()
        return self.addresses

    def restart_dead(self) -> dict[str, bool]:
        """Start own servers that have ended by themselves; says for each whether its address stayed the same."""
        restarted = {}
        for name, server in self.own.items():
            if server.child is not None and not server.child.running():
                before, self.addresses[name] = self.addresses[name], server.start()
                restarted[server.child.name] = before == self.addresses[name]
        return restarted

    def stop(self) -> None:
        """Stop the servers that were started here, the last one first."""
        for name in reversed(list(self.own)):
            self.own.pop(name).stop()
