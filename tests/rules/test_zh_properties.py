"""What holds for any text: nothing raises, spans stand in the text, days lie ahead or are flagged."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.patterns import compile_all
from bot.rules.readings import Reading
from bot.rules.sentences import Understood, understand
from bot.rules.zh.days import read_day
from bot.rules.zh.times import read_moment, read_time
from tests.rules.zh_tables import WEDNESDAY, ZONE, at, phrases

WORDS = phrases(
    (
        "今天 明天 后天 昨天 周六 下周 周日 周末 这个月 下个月 3号 12月 1号 三十一 2月30号 上午 下午 晚上 三点 8点 半 一刻 "
        "到 或者 不行 改到 之前 以后 半小时后 三天后 12.1 10:00 10-11 25点 都行 最早 预约 保养 取消 京A12345 京AO1234 "
        "13800000001 LSVAA4183E2000001 尾号345 首保 做个 不 ， 。 （ ） 　 🙏 给 一点 有 第 点 号 月 个"
    ).replace(" ", "\n")
)
SENTENCE = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)
TEXT = st.one_of(
    st.text(max_size=80),
    SENTENCE,
    st.text("一二三四五六七八九十0123456789点号月日周天:.-上下午 ", max_size=30),
)
NOWS = st.builds(
    datetime.combine,
    st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    st.times(),
    tzinfo=st.just(ZONE),
)
SERVICES = {"首保": ("首次保养",), "常规保养": ("保养",)}


def _readings(found: Understood) -> list[Reading[object]]:
    every = [found.day, found.time, found.plate, found.phone, found.vin, found.service]
    return [reading for reading in every if reading is not None]  # type: ignore[misc]


@given(TEXT, NOWS)
def test_any_text_is_read_or_left(text: str, now: datetime) -> None:
    found = understand(text, now, services=SERVICES, plates=("京A12345",))
    assert found == understand(text, now, services=SERVICES, plates=("京A12345",))
    for reading in _readings(found):
        assert 0 <= reading.start < reading.end <= len(text)
        assert text[reading.start : reading.end] == reading.text
        assert bool(reading.values) == (reading.problem != "impossible")
        assert len(set(reading.values)) == len(reading.values)


@given(TEXT, NOWS)
def test_days_lie_ahead_or_are_flagged(text: str, now: datetime) -> None:
    today = now.date()
    for reading in (read_day(text, today), read_moment(text, now).day):
        if reading is None:
            continue
        if reading.problem == "past":
            assert all(day < today for day in reading.values)
        else:
            assert all(day >= today for day in reading.values)


@given(SENTENCE, NOWS)
def test_certain_readings_share_no_words(text: str, now: datetime) -> None:
    found = understand(text, now, services=SERVICES)
    # a time may span two places of which one is over by now, so it is left out here
    apart = [found.day, found.plate, found.phone, found.vin, found.service]
    spans = sorted({(r.start, r.end) for r in apart if r is not None and r.certain})
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.dates(date(2024, 1, 1), date(2050, 12, 31)), st.integers(0, 364))
def test_a_rendered_date_reads_back(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    for shown in (
        f"{day.month}月{day.day}号",
        f"{day.month}月{day.day}日",
        f"{day.month}.{day.day}",
    ):
        reading = read_day(shown, today)
        assert reading is not None
        assert reading.values == ((day,) if not _missing(day, today) else reading.values)
    iso = read_day(day.isoformat(), today)
    assert iso is not None
    assert iso.value == day


def _missing(day: date, today: date) -> bool:
    """29 February is named without its year: only the nearest year counts."""
    return (day.month, day.day) == (2, 29) and day.year - today.year > 1


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_rendered_time_reads_back(hour: int, minute: int) -> None:
    reading = read_time(f"{hour:02d}:{minute:02d}")
    assert reading is not None
    assert (hour, minute) in {(wish.at.hour, wish.at.minute) for wish in reading.values if wish.at}


def test_a_long_message_costs_no_more_than_its_beginning() -> None:
    compile_all()
    started = process_time()
    for flood in (
        "周六" * 20_000,
        "1" * 65_000,
        "一二三十" * 10_000,
        "京A" * 20_000,
        " 　" * 30_000,
        "1 3" * 20_000,
    ):
        understand(flood, at(WEDNESDAY), services=SERVICES, plates=("京A12345",))
    assert process_time() - started < 5


def test_a_sentence_takes_a_fifth_of_a_millisecond() -> None:
    """The bound is generous: the machine that runs this may be busy. Printed with -s."""
    compile_all()
    now = at(WEDNESDAY)
    taken: list[float] = []
    for _ in range(300):
        started = process_time()
        understand("周六上午十点给京A12345做个保养", now, services=SERVICES)
        taken.append(process_time() - started)
    median = sorted(taken)[len(taken) // 2]
    print(f"understand(): {median * 1e6:.0f} µs median")
    assert median < 0.002
