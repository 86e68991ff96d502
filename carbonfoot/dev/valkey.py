"""A Valkey (or Redis) server of our own: the broker of long work."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import private_folder, secret, tail
from carbonfoot.dev.processes import Child, free_port, port_is_free, wait_until
from carbonfoot.dev.programs import executable, major_version, valkey_programs

START_ATTEMPTS = 3


@dataclass
class Valkey:
    """A server with its data folder.

    volatile: keep nothing on disk (tests); otherwise every write is appended to a file.
    Raises Halt where it cannot run.
    """

    folder: Path
    log: Path
    volatile: bool = False
    port: int = 0
    child: Child | None = None

    def start(self) -> str:
        """Start the server and return its URL."""
        program = _program()
        private_folder(self.folder)
        password = secret(self.folder / "password")
        for _attempt in range(START_ATTEMPTS):
            # A server that is started again keeps its port, so that its address stays good.
            self.port = self.port if self.port and port_is_free("127.0.0.1", self.port) else free_port()
            configuration = self._write_configuration(password)
            self.child = Child("valkey", [str(program), str(configuration)], self.log, folder=self.folder)
            self.child.stop_signal = signal.SIGTERM
            self.child.start()
            if wait_until(lambda: _answers(self.port, password), self.child, 120):
                return f"redis://:{password}@127.0.0.1:{self.port}/0"
            self.child.stop()
        raise Halt(f"Valkey did not start; the end of {self.log} says why:\n{tail(self.log)}")

    def stop(self) -> None:
        """Shut the server down; it writes what it must keep."""
        if self.child is not None:
            self.child.stop()

    def _write_configuration(self, password: str) -> Path:
        """Write the configuration, readable by its owner alone: on a command line everyone could read the password."""
        path = self.folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            "daemonize no",
            "databases 16",
            f"requirepass {password}",
            f'dir "{self.folder}"',
            "maxmemory-policy noeviction",  # a broker that forgets loses work
            'save ""',
            f"appendonly {'no' if self.volatile else 'yes'}",
        ]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
        return path


def _program() -> Path:
    for path in valkey_programs():
        if executable(path) and major_version([str(path), "--version"]) is not None:
            return path
    raise Halt(
        "No Valkey or Redis runs on this machine: install one (on Debian: apt-get install redis-server), "
        "or give the address of a server in REDIS_URL."
    )


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = connection.recv(256)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer.startswith(b"+OK\r\n+PONG")
