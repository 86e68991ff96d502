"""`manage.py footprint`: no database, both file formats, both languages, every problem with exit code 2."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

from lca.footprint import table
from tests.engine.documents import CASES, example

ROOT = Path(__file__).resolve().parent.parent.parent


Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_outside(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with servers that cannot be reached, so that touching one fails."""
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "footprint", *arguments],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process, where a test without a database mark may not touch one."""

    def inside(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = 0
        try:
            execute_from_command_line(["manage.py", "footprint", *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, printed.out, printed.err)

    return inside


def test_a_case_file_as_json() -> None:
    done = run_outside(str(CASES / "everbatt2023.json"), "--ruleset", "cn-miit-551", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["format"] == "carbonfoot-case-result/1"
    assert len(found["results"]) == 8
    compared = [entry for entry in found["results"] if entry["expected"]]
    assert len(compared) == 6
    for entry in compared:
        for name, value in entry["expected"].items():
            assert entry[name] == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(("language", "word"), [("zh", "电池包合计"), ("en", "Pack total")])
def test_a_case_file_as_a_table(run: Run, language: str, word: str) -> None:
    done = run(str(CASES / "everbatt2023.json"), "--ruleset", "iso-14067-gate", "--lang", language)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout
    assert "64.38791" in done.stdout


@pytest.mark.parametrize(("language", "word"), [("zh", "材料获取"), ("en", "Material acquisition")])
def test_an_inventory_as_a_table(run: Run, language: str, word: str) -> None:
    done = run(str(CASES / "example_pack.json"), "--ruleset", "cn-miit-551", "--lang", language)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout


def test_an_inventory_from_standard_input_as_json(run: Run) -> None:
    done = run("-", "--ruleset", "eu-cfb-ev", "--json", "--release", "CN-2026.1", stdin=json.dumps(example()))
    assert done.returncode == 0, done.stderr
    ledger = json.loads(done.stdout)
    assert ledger["format"] == "carbonfoot-ledger/1"
    assert ledger["ruleset"]["id"] == "eu-cfb-ev"


def test_every_problem_is_printed_and_the_exit_code_is_2() -> None:
    document = example()
    document["processes"][0]["exchanges"][2]["amount"] = "much"
    document["processes"][1]["exchanges"][0]["unit"] = "bucket"
    done = run_outside("-", "--ruleset", "cn-miit-551", "--json", "--lang", "en", stdin=json.dumps(document))
    assert done.returncode == 2
    assert {problem["code"] for problem in json.loads(done.stdout)["problems"]} == {
        "number.invalid",
        "unit.unknown",
    }
    assert "processes[pack].exchanges[pack.case]" in done.stderr
    assert "bucket" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nothing.json", "--ruleset", "cn-miit-551"), "nothing.json"),
        (("-", "--ruleset", "cn-miit-551"), "JSON"),
        (("-", "--ruleset", "no-such-rules"), "no-such-rules"),
        (("-", "--ruleset", "cn-miit-551", "--release", "CN-1900.1"), "CN-1900.1"),
        (("-", "--ruleset", "cn-miit-551", "--ruleset-version", "9"), "no version"),
        (("-",), "--ruleset"),
    ],
)
def test_what_cannot_be_read_is_one_clear_sentence(run: Run, arguments: tuple[str, ...], word: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_chinese_takes_two_columns() -> None:
    assert table(["阶段", "kg"], [["合计", "1.00"]], left=1) == [
        "  阶段    kg",
        "  ----  ----",
        "  合计  1.00",
    ]


def test_uncertainty_beside_the_footprint(run: Run) -> None:
    case = str(CASES / "example_pack.json")
    options = (case, "--ruleset", "cn-miit-551", "--uncertainty", "1000", "--seed", "5")
    data = json.loads(run(*options, "--json").stdout)
    found = data["uncertainty"]
    assert (found["draws"], found["seed"], found["input_digest"]) == (1000, 5, data["input_digest"])
    assert found["total"] == pytest.approx(data["total"], rel=1e-12)
    assert found["percentiles"]["2.5"] < found["total"] < found["percentiles"]["97.5"]
    assert json.loads(run(*options, "--json").stdout)["uncertainty"] == found
    low = f"{found['percentiles']['2.5']:.2f}"
    for language, word in (("zh", "方差占比"), ("en", "Shares of the variance")):
        shown = run(*options, "--lang", language).stdout
        assert low in shown and word in shown
    for wrong in (("--uncertainty", "5"), ("--uncertainty", "1000", "--seed", "-1")):
        refused = run(case, "--ruleset", "cn-miit-551", *wrong)
        assert refused.returncode == 2 and "1000 to 100000" in refused.stderr
    packs = run(str(CASES / "everbatt2023.json"), "--ruleset", "cn-miit-551", "--uncertainty", "1000")
    assert packs.returncode == 2 and "inventory file" in packs.stderr
