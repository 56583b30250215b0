"""The README is held true: what exists is in it, and what it names exists."""

import re
from pathlib import Path

import pytest

from bot import errors
from bot.cli import COMMANDS
from bot.settings import Settings
from handlers import all_conversations

TOP = Path(__file__).parents[1]
ENGLISH = (TOP / "README.md").read_text(encoding="utf-8")
CHINESE = (TOP / "README.zh-CN.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["english", "chinese"])


@BOTH
def test_every_setting_is_named(readme: str) -> None:
    ours = {f"CHEYU_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"`(CHEYU_[A-Z_]+)`", readme))
    assert named == ours


@BOTH
def test_every_command_is_named(readme: str) -> None:
    named = set(re.findall(r"^\| `cheyu ([a-z-]+)`", readme, re.MULTILINE))
    assert named == set(COMMANDS)


@BOTH
def test_every_conversation_is_named(readme: str) -> None:
    for conversation in all_conversations():
        assert conversation.name in readme


def test_every_error_is_named() -> None:
    root = errors.CheyuError
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, root) and value is not root:
            assert f"`{name}`" in ENGLISH
            assert name in (errors.__doc__ or "")


@BOTH
def test_every_link_and_picture_is_there(readme: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (TOP / target).exists(), target
