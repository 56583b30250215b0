"""Purposes in customers' words."""

import pytest

from bot.rules.consent import ASK, CODES, PURPOSES, called, covering, purposes_in, wording
from tests.rules.zh_tables import rows

SAID = rows("""
退订营销 | marketing
不要再发广告了 | marketing
退订回访 | follow_up
别打满意度调查了 | follow_up
生日祝福不用发 | care
退订回访和营销 | follow_up marketing
全部 | care follow_up marketing
都退了 | care follow_up marketing
退订 | -
1 | -
""")


@pytest.mark.parametrize(("text", "codes"), SAID)
def test_named(text: str, codes: str) -> None:
    assert " ".join(purposes_in(text)) == codes.replace("-", "")


def test_every_purpose_is_named_by_its_own_name_and_asked_for_in_one_line() -> None:
    for purpose in PURPOSES:
        assert purposes_in(purpose.name) == (purpose.code,)
    assert "\n" not in ASK
    assert "退订" in ASK
    assert len(ASK) <= 60


def test_words() -> None:
    assert called(CODES) == "关怀、回访、营销"
    assert covering(("marketing",)) == "活动和优惠"
    assert wording("好") == "[2026-11] 好"
