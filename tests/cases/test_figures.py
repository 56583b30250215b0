"""What whoever watches the installation is told of complaints."""

from datetime import timedelta

from bot.clock import clock
from bot.jobs.clocks import clocks_due
from storage.queries.cases import figures as case_figures
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, open_case
from tests.people import NOW, dealership


async def test_open_ones_are_counted_and_late_clocks_measured(migrated_url: str) -> None:
    clock.stop(at=NOW)
    async with dealership(migrated_url) as cast:
        case = await open_case(
            NewCase("staff", "空调不制冷", customer_id=cast.wang.customer_id), NOW
        )
        await open_case(NewCase("staff", "等了两小时"), NOW)
        await act(case.id, "receive", "秦勇", NOW)
        counts = await case_figures.by_state()
        assert counts == {"open": 1, "in_progress": 1, "solved": 0, "reopened": 0}
        assert await case_figures.behind(NOW) == 0
        late = NOW + timedelta(days=2)
        assert await case_figures.behind(late) > 24 * 3600
        await clocks_due(late)
        assert await case_figures.behind(late) == 0
    clock.reset()
