"""The week's issues: how many, which share, and why."""

from datetime import date

from bot.rules.reports.top_issues import NO_CAUSE, Complained, top_issues, week_of


def test_the_most_frequent_first_with_share_and_main_cause() -> None:
    found = [
        Complained("attitude", "前台新人未培训", "售后服务部", True),
        Complained("response_time", "", "售后服务部"),
        Complained("response_time", "没有排班。", "售后服务部", True),
        Complained("response_time", "配件缺货", "配件部", True),
        Complained("response_time", "没有 排班", "售后服务部"),
    ]
    first, second = top_issues(found)
    assert first.said == "回应时间 4件（80%），主要原因：没有排班。"
    assert (first.caused, first.solved, first.departments) == (2, 2, ("售后服务部", "配件部"))
    assert (second.name, second.count, second.cause) == ("服务态度", 1, "前台新人未培训")


def test_at_most_five_and_of_equals_the_earlier_one() -> None:
    found = [Complained(code) for code in "abcdefg" for _ in range(2)] + [Complained("g")]
    ranked = top_issues(found)
    assert [issue.category for issue in ranked] == ["g", "a", "b", "c", "d"]
    assert {issue.cause for issue in ranked} == {NO_CAUSE}
    assert top_issues([]) == ()


def test_a_week_begins_on_monday() -> None:
    monday, after = date(2026, 11, 16), date(2026, 11, 23)
    assert week_of(monday) == week_of(date(2026, 11, 22)) == (monday, after)
