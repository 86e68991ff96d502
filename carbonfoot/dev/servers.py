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
    own: list[Postgres | Valkey] = field(default_factory=list)

    def start(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Start what no address was given for, and return both addresses."""
        for name, make, folder in (("DATABASE_URL", Postgres, "postgres"), ("REDIS_URL", Valkey, "valkey")):
            if environment.get(name):
                self.addresses[name] = environment[name]
                continue
            server = make(self.folder / folder, self.logs / f"{folder}.log", self.volatile)
            self.own.append(server)
            self.addresses[name] = server.start()
        return self.addresses

    def stop(self) -> None:
        """Stop the servers that were started here, the last one first."""
        while self.own:
            self.own.pop().stop()

    def dead(self) -> list[str]:
        """Names of own servers that have ended by themselves."""
        return [
            server.child.name
            for server in self.own
            if server.child is not None and not server.child.running()
        ]
