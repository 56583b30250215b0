"""The table of reactions, against the documentation's groups and wechatpy's names."""

import re

import pytest
from wechatpy.constants import WeChatErrorCode

from bot.rules.errcodes import Reaction, known, reaction

GROUPS = {
    Reaction.RETRY: [-1, 61450, 268487001, 268487002, 268488001, 45169],
    Reaction.TOKEN: [40001, 40014, 42001, 41001],
    Reaction.USER: [43004, 43019, 43101, 45015, 46004, 48002, 50005, 70000],
    Reaction.WAIT: [45009, 45011, 45028, 45047, 45066],
    Reaction.DONE: [0, 45065],
    Reaction.IGNORE: [45072, 45080, 45081],
    Reaction.ALARM: [
        *(40013, 40125, 40164, 40243, 89503, 89507, 50001, 50002, 50007, 40036, 40037),
        *(40247, 40249, 43116, 48001, 48003, 48004, 48006, 48021, 48022, 65400),
    ],
    Reaction.FIX: [
        *(40003, 40007, 40008, 40029, 40033, 40130, 43002, 44004, 45002, 45058, 45158),
        *(47001, 47003, 49003, 61451, 61459, 65301, 65317, 65401, 99999999, -2),
    ],
}


@pytest.mark.parametrize(
    ("errcode", "expected"),
    [(errcode, kind) for kind, errcodes in GROUPS.items() for errcode in errcodes],
)
def test_the_reaction_to_a_code(errcode: int, expected: Reaction) -> None:
    assert reaction(errcode).reaction is expected


def test_staff_can_read_every_row() -> None:
    for errcode in known():
        verdict = reaction(errcode)
        assert re.search(r"[一-鿿]", verdict.means)
        assert re.search(r"[一-鿿]", verdict.mend)


def test_only_what_is_repeated_has_a_time() -> None:
    for errcode in known():
        verdict = reaction(errcode)
        if verdict.wait is not None:
            assert verdict.reaction in (Reaction.RETRY, Reaction.WAIT)
            assert verdict.wait > 0
    assert reaction(45047).wait is None


def test_wechatpy_calls_them_the_same() -> None:
    names = {
        "SYSTEM_BUSY": Reaction.RETRY,
        "INVALID_CREDENTIAL": Reaction.TOKEN,
        "INVALID_ACCESS_TOKEN": Reaction.TOKEN,
        "EXPIRED_ACCESS_TOKEN": Reaction.TOKEN,
        "INVALID_OPENID": Reaction.FIX,
        "INVALID_MEDIA_ID": Reaction.FIX,
        "OUT_OF_API_FREQ_LIMIT": Reaction.WAIT,
        "OUT_OF_RESPONSE_TIME_LIMIT": Reaction.USER,
        "REQUIRE_SUBSCRIBE": Reaction.USER,
        "UNAUTHORIZED_API": Reaction.ALARM,
    }
    for name, expected in names.items():
        assert reaction(WeChatErrorCode[name].value).reaction is expected, name
