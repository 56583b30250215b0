"""Every text that is pushed: complete, polite, one message, and staff's own wordings kept in bounds."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import StaffError
from bot.outbox import texts
from bot.outbox.texts import BARE, MASS, SAMPLE, Wordings, check, for_all
from bot.rules.letter import FIELDS, LONG, LONGEST, Context, context_of
from bot.rules.touch.kinds import KINDS
from bot.rules.word_lint import lint
from bot.wechat.replies import parts
from tests.people import NOW, dealership

SHANGHAI = ZoneInfo("Asia/Shanghai")
OURS = Wordings({})
ALWAYS = {"name", "gender", "store", "phone"}
KNOWN: dict[str, Any] = {
    "name": "王芳", "gender": "female", "store": "城南店", "phone": "010-5550000",
    "sender": "服务顾问李娜", "plate": "京A12345", "model": "奥迪Q5L", "energy": "ev",
    "high_value": "是", "address": "城南大道1号", "due_km": 5000, "days_left": 30,
    "service": "首保", "booked_at": datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI),
    "booking": "B1", "work": "常规保养", "reason": "每6个月或7,500公里（先到为准）保养一次。",
    "incident": "事故", "festival": "中秋", "benefit": "保养工时八折", "friend": "李先生",
    "title": "关于电池质保的通知", "body": "即日起，纯电车型的电池质保延长到10年。",
    "benefit_until": date(2026, 12, 31), "delivered_on": date(2026, 8, 30),
    "first_service_on": date(2026, 11, 30), "due_on": date(2026, 12, 1),
    "expires_on": date(2026, 12, 18), "visited_on": date(2026, 11, 16),
}  # fmt: skip


def known(*names: str) -> Context:
    """A customer of whom these fields are known, and what is always known."""
    wanted = {*names, *ALWAYS}
    fields = {name: value for name, value in KNOWN.items() if name in wanted}
    return context_of(date(2026, 11, 18), SHANGHAI, **fields)


def said(name: str, context: Context) -> str:
    return OURS.render(name.removesuffix(MASS), context, mass=name.endswith(MASS))


def fields_of(name: str) -> set[str]:
    """What the wording mentions."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"{[{%](.+?)[%}]}", texts.usual(name)))))


def test_every_kind_has_its_text_and_what_may_be_sent_to_many_one_for_many() -> None:
    singles = {name for name in texts.names() if not name.endswith(MASS)}
    assert singles == {*KINDS}
    for_many = {name.removesuffix(MASS) for name in texts.names() if name.endswith(MASS)}
    assert for_many == {code for code, kind in KINDS.items() if not kind.personal}


@pytest.mark.parametrize("name", texts.names())
def test_a_text_reads_well_whatever_is_known(name: str) -> None:
    optional = [field for field in KNOWN if field not in ALWAYS]
    contexts = [
        SAMPLE,
        BARE,
        known(),
        known(*optional),
        *(known(field) for field in optional),
        *(known(*(other for other in optional if other != field)) for field in optional),
    ]
    for context in contexts:
        text = said(name, context)
        assert parts(text) == [text], "one message, with nothing that WeChat strips"
        assert lint(text) == []
        assert not re.search(r"[{}<>]|None|  |\n\n|^\s|\s$", text)
        assert not re.search(r"[，。、：；？！]{2}|（）|，\n|^[，。]", text, re.MULTILINE), text
        opening = "您好！" if name.endswith(MASS) else "王女士，您好！"
        assert text.startswith(opening)
        assert "城南店" in text.split("\n")[0], "says who writes"
        assert "有事请" in text.split("\n")[-1], "says how to call back"
        if context.words["phone"]:
            assert "010-5550000" in text


@pytest.mark.parametrize("name", texts.names())
def test_a_text_fits_whatever_the_length_of_what_it_tells(name: str) -> None:
    long = {
        field: value * 400
        if isinstance(value, str) and field not in ("gender", "energy")
        else value
        for field, value in KNOWN.items()
    }
    text = said(name, context_of(date(2026, 11, 18), SHANGHAI, **long))
    assert len(parts(text)) == 1
    assert max(LONG.values()) > LONGEST


@pytest.mark.parametrize("name", texts.names())
def test_a_text_passes_the_check_that_a_stores_own_must_pass(name: str) -> None:
    assert check(name, texts.usual(name)) == []
    assert fields_of(name) - FIELDS.keys() <= {"if", "else", "endif", "ev"}


def test_one_text_for_many_tells_nobodys_affairs() -> None:
    for name in texts.names():
        if name.endswith(MASS):
            text = said(name, SAMPLE)
            for own in ("王", "京A12345", "Q5L", "李娜"):
                assert own not in text
            same = {"benefit", "benefit_until", "festival", "title", "body"}
            assert said(name, known(*KNOWN)) == said(name, known(*same))
    assert for_all(SAMPLE.words).keys() == SAMPLE.words.keys()


def test_a_customer_without_a_name_is_greeted_all_the_same() -> None:
    text = OURS.render("festival", context_of(date(2026, 11, 18), SHANGHAI, store="城南店"))
    assert text.startswith("您好！这里是城南店客户服务中心。")


GOOD = "{{ hello }}{{ writer }}爱车该保养了。{{ call }}"


def test_a_good_wording_passes() -> None:
    assert check("first_service", GOOD) == []
    assert check("first_service", GOOD.replace("爱车", "{{ plate if plate else '爱车' }}")) == []
    assert check("festival.mass", "{{ hello }}{{ writer }}{{ festival }}快乐！{{ call }}") == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("", "没有内容"),
        ("{{ hello }", "第1行写法不对"),
        ("{{ hello }}{{ writer }}{{ call }}{% if plate %}x", "写法不对"),
        (GOOD + "{{ birthday }}", "没有这个字段：birthday"),
        (GOOD.replace("{{ hello }}", "亲，"), "开头要有客户的称呼"),
        (GOOD.replace("{{ writer }}", ""), "要说明是谁"),
        (GOOD.replace("{{ call }}", ""), "要留下联系方式"),
        (GOOD + "好" * 600, "太长"),
        (GOOD + "您有没有时间？", "不要说“您有没有时间”"),
        (GOOD + "{% if benefit %}您要不要买延保？{% endif %}", "不要说“您要不要买延保”"),
        (GOOD + "{% for i in plate %}{{ i }}{% endfor %}", "不能用For"),
        (GOOD + "{{ ''.__class__ }}", "不能用Getattr"),
        (GOOD + "{{ plate['x'] }}", "不能用Getitem"),
        (GOOD + "{{ lipsum() }}", "不能用Call"),
        (GOOD + "{{ plate|upper }}", "不能用Filter"),
        (GOOD + "{{ plate * 10 }}", "不能用Mul"),
        (GOOD + "{% include 'x' %}", "不能用Include"),
        (GOOD + "{% set plate = 1 %}", "不能用Assign"),
        (GOOD + "{{ 9 ** 9 ** 9 }}", "不能用Pow"),
    ],
)
def test_what_customers_should_not_get_is_refused(body: str, wrong: str) -> None:
    assert any(wrong in found for found in check("first_service", body)), check(
        "first_service", body
    )


def test_one_text_for_many_may_name_nobody() -> None:
    (wrong,) = check("festival.mass", "您好！{{ customer }}{{ plate }}{{ writer }}{{ call }}")
    assert wrong == "群发话术不能用只与一位客户有关的字段：customer、plate"
    assert "开头要问候" in check("festival.mass", "{{ writer }}节日快乐。{{ call }}")


async def test_a_store_says_it_in_its_own_words(migrated_url: str) -> None:
    async with dealership(migrated_url):
        ours = await texts.render("first_service", SAMPLE, "main")
        all_stores = GOOD.replace("爱车", "座驾")
        assert await texts.save("", "first_service", all_stores, "cli", NOW) == 1
        assert await texts.save("main", "first_service", GOOD, "cli", NOW) == 1
        assert "爱车该保养了" in await texts.render("first_service", SAMPLE, "main")
        assert "座驾该保养了" in await texts.render("first_service", SAMPLE, "east")
        assert "座驾该保养了" in await texts.render("first_service", SAMPLE)
        with pytest.raises(StaffError, match="要说明是谁"):
            await texts.save("main", "first_service", "{{ hello }}", "cli", NOW)
        with pytest.raises(StaffError, match="没有叫nonsense的话术"):
            await texts.save("main", "nonsense", GOOD, "cli", NOW)
        assert "爱车该保养了" in await texts.render("first_service", SAMPLE, "main")
        mass = "{{ hello }}{{ writer }}{{ festival }}快乐！{{ call }}"
        await texts.save("", "festival.mass", mass, "cli", NOW)
        wordings = await texts.load()
        assert wordings.render("festival", SAMPLE, "main", mass=True).startswith(
            "您好！这里是城南店客户服务中心。中秋快乐！"
        )
        assert wordings.render("festival", SAMPLE, "main") != ours


def test_a_wording_that_broke_falls_back_on_ours() -> None:
    """One saved when a field had another name, or put in by hand."""
    for body in ("{{ hello }}{{ no_such_field }}", "{% if %}"):
        wordings = Wordings({("main", "first_service"): body})
        assert wordings.render("first_service", SAMPLE, "main") == said("first_service", SAMPLE)
