"""Where local runs keep what they write: under var/, which is not under version control, or where VAR_DIR says."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VAR_DIR") or REPOSITORY / "var").resolve()
LOGS = VAR / "log"
ACCOUNTS = VAR / "demo-accounts.json"
MAX_LOG_BYTES = 10 * 1024 * 1024


def private_folder(path: Path) -> Path:
    """Make `path` and return it. A new folder is for its owner alone; one that exists keeps its permissions."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret(path: Path, size: int = 48) -> str:
    """Return the secret kept in `path`, made up on first use; only the owner may read the file.

    `size` is the number of random bytes. The file is made under another name and linked into place, so two processes
    that ask at the same moment get the same secret.
    """
    private_folder(path.parent)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(size))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def open_log(path: Path) -> int:
    """Open a log for appending and return its descriptor; a log above 10 MB is set aside as `.1` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, indented, for a message about what went wrong."""
    if not path.exists():
        return ""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 8192))
        text = stream.read().decode("utf-8", "replace")
    return "\n".join("    " + line for line in text.splitlines()[-lines:])
