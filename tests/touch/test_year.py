"""Three weeks of a small dealership against the local WeChat, with a platform that fails at times."""

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner

from bot.cli import cheyu

WEEKS = ["simulate", "--customers", "90", "--days", "21", "--seed", "3"]


async def test_weeks_pass_and_nothing_breaks_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "year.json"
    ran = await asyncio.to_thread(CliRunner().invoke, cheyu, [*WEEKS, "--report", str(path)])
    assert ran.exit_code == 0, ran.output
    report = json.loads(path.read_text(encoding="utf-8"))
    assert not any(report["verdict"].values()), report["verdict"]
    assert report["owed"] == sum(report["by_state"].values()) > 90
    assert report["by_state"]["sent"] > 30
    assert report["by_state"]["handed_over"] > 10
    assert {"mass", "template"} <= set(report["sent_by_channel"])
    assert sum(report["seen"].values()) >= report["by_state"]["sent"]
    assert report["happened"]["replies"] > 0
    assert "应联系" in ran.output
