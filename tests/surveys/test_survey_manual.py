"""The survey in the manual is one that could be imported."""

import re

import pytest

from bot.cli.survey_files import read_survey
from bot.rules.surveys.choosing import Survey
from tests.source import ROOT


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_of_the_manual_is_right(name: str) -> None:
    manual = (ROOT / name).read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(code: .*?)```", manual, re.DOTALL)
    found = read_survey(example)
    assert isinstance(found, Survey), found
    assert [question.code for question in found.questions] == ["slow", "where"]
