"""Every code has its sentences in both languages, with the same placeholders, and none is left over."""

import re
import string
from pathlib import Path

import pytest

import lca.engine
from lca.engine.messages import MESSAGES

SOURCES = {
    path.name: path.read_text(encoding="utf-8")
    for path in Path(lca.engine.__file__).parent.glob("*.py")
    if "messages" not in path.name
}
USED = set(re.findall(r'"([a-z_]+\.[a-z0-9_]+)"', "\n".join(SOURCES.values())))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_code_is_used_and_both_sentences_fit(code: str) -> None:
    zh, en = MESSAGES[code]
    assert code in USED, "no source uses this code"
    assert re.search(r"[一-鿿]", zh)
    assert not re.search(r"[一-鿿]", en)

    def general(text: str) -> set[str]:
        return {re.sub(r"_(zh|en)$", "", name) for name in placeholders(text)}

    assert general(zh) == general(en)


def test_every_code_in_the_sources_has_sentences() -> None:
    calls = re.findall(
        r'(?:EngineProblem|problem|_say|say|bad)\(\s*(?:[a-z_.]+, )*"([a-z_]+\.[a-z0-9_]+)"',
        "\n".join(SOURCES.values()),
    )
    assert len(calls) > 50
    assert {code for code in calls if code not in MESSAGES} == set()
