"""`cheyu staff code` and `unbind`, as typed."""

import re

import pytest

from bot.clock import clock
from bot.errors import StaffError
from bot.rules.staff_words import read_command
from tests.people import NOW
from tests.staff.test_cli import installed as installed  # noqa: PLC0414 - the fixture
from tests.staff.test_cli import typed


def test_a_code_is_printed_once_with_what_to_send(installed: str) -> None:
    clock.stop(NOW)
    added = ("staff", "add", "秦勇", "--role", "service_manager", "--login", "qin")
    assert typed(*added).exit_code == 0
    done = typed("staff", "code", "qin")
    assert done.exit_code == 0, done.output
    assert "08:10之前有效，只能用一次" in done.output
    said = read_command(done.output.strip().splitlines()[-1])
    assert said is not None
    assert re.fullmatch(r"\d{8}", said.words)
    again = typed("staff", "code", "qin").output
    assert said.words not in again
    assert "edit" in typed("audit", "list", "--subject", "staff:1").output
    assert "已解除绑定" in typed("staff", "unbind", "qin").output
    assert "本来就没有绑定微信" in typed("staff", "unbind", "qin").output


@pytest.mark.usefixtures("installed")
def test_nobody_and_who_has_left_get_no_code() -> None:
    added = ("staff", "add", "秦勇", "--role", "service_manager", "--login", "qin")
    assert typed(*added, "--left").exit_code == 0
    for login in ("qin", "nobody"):
        assert isinstance(typed("staff", "code", login).exception, StaffError)
    assert "没有绑定微信" in typed("staff", "unbind", "qin").output
