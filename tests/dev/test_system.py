"""What the machine lacks is installed by root on Debian, and told with its mend to everyone else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carbonfoot.dev import system
from carbonfoot.dev.halt import Halt
from carbonfoot.dev.system import Need

APT = """#!/bin/sh
echo "$@" >> "{calls}"
[ "$1" = install ] && {effect}
exit 0
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only program is an apt-get that notes how it was called and brings `font`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "touch"):
        (programs / name).symlink_to(f"/bin/{name}")
    script = programs / "apt-get"
    script.write_text(
        APT.format(calls=tmp_path / "calls", effect=f'touch "{tmp_path}/font"'), encoding="utf-8"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(system, "LOGS", tmp_path / "log")
    return tmp_path


def font(machine: Path) -> Need:
    return Need("a Chinese font for PDF reports", (machine / "font").exists, ("fonts-noto-cjk", "fontconfig"))


def test_root_installs_what_is_missing_and_says_so(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    said: list[str] = []
    system.ensure((font(machine),), said.append)
    assert said == ["installing a Chinese font for PDF reports: fonts-noto-cjk fontconfig"]
    calls = (machine / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == ["update -q", "install -y -q --no-install-recommends fonts-noto-cjk fontconfig"]
    system.ensure((font(machine),), said.append)
    assert len(said) == 1, "what is there is not installed again"


def test_everyone_else_gets_the_command(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Halt) as halt:
        system.ensure((font(machine),), print)
    assert str(halt.value) == (
        "This machine lacks a Chinese font for PDF reports; run: "
        "sudo apt-get install -y --no-install-recommends fonts-noto-cjk fontconfig; then try again."
    )
    assert not (machine / "calls").exists()


def test_a_machine_that_is_no_debian_is_told_what_to_look_for(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (machine / "bin" / "apt-get").unlink()
    with pytest.raises(
        Halt, match=r"lacks a Chinese font .* \(Debian calls it fonts-noto-cjk fontconfig\)\."
    ):
        system.ensure((font(machine),), print)


def test_an_installation_that_does_not_help_points_to_its_log(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    script = machine / "bin" / "apt-get"
    script.write_text(APT.format(calls=machine / "calls", effect="echo no such package"), encoding="utf-8")
    with pytest.raises(
        Halt, match=r"could not be installed; the end of .*apt\.log says why:\n.*no such package"
    ):
        system.ensure((font(machine),), print)


def test_this_machine_has_what_tests_need() -> None:
    assert [need.what for need in system.TESTS if not need.present()] == []
