"""Two cars of one sheet cannot have one plate: the first keeps it, however far apart they are."""

from pathlib import Path

import pytest

from bot.rules.identifiers import make_vin
from tests.imports.papers import CARS, PEOPLE, VINS, WANG, as_csv, refusals, typed
from tests.imports.test_import import kept


def car(vin: str, plate: str, ref: str = "C1") -> tuple[str, ...]:
    return vin, ref, plate, "奥迪", "燃油", "", ""


@pytest.mark.parametrize("rest", [[], ["--dry-run"]])
def test_the_second_car_of_a_plate_is_refused(
    installed: str, tmp_path: Path, rest: list[str]
) -> None:
    typed("import", as_csv(tmp_path / "p.csv", PEOPLE, WANG))
    rows = [
        car(VINS[0], "京A12345", "nobody"),  # is not kept, and keeps nothing
        car(VINS[1], "京A12345"),
        car(VINS[2], "京a·12345"),
        car(VINS[3], "京B00001"),
        car(VINS[1], "京A12345"),  # says so again
        car(VINS[4], "京A12345"),
    ]
    file = as_csv(tmp_path / "c.csv", CARS, *rows)
    for state in ("created", "unchanged"):
        done = typed("import", file, *rest)
        assert done.exit_code == 1
        assert "未导入3行" in done.output, (state, done.output)
        _, unknown, *doubles = refusals(tmp_path / "c.csv.refused.xlsx")
        assert unknown[1] == "客户编号：客户编号不存在"
        assert [row[:3] for row in doubles] == [
            ["4", "车牌号：与第 3 行的另一辆车相同", "plate is another car's in row 3"],
            ["7", "车牌号：与第 3 行的另一辆车相同", "plate is another car's in row 3"],
        ]
    held = kept(installed, "SELECT id FROM vehicle WHERE plate_live_hash IS NOT NULL")
    assert len(held) == (0 if rest else 2)


def test_a_sold_car_may_have_left_its_plate_to_another(installed: str, tmp_path: Path) -> None:
    names = ("车架号", "车牌号", "已售")
    file = as_csv(tmp_path / "c.csv", names, (VINS[0], "京A12345", "是"), (VINS[1], "京A12345", ""))
    assert "新增2行，更新0行，未变0行，未导入0行" in typed("import", file).output


def test_across_batches_too(installed: str, tmp_path: Path) -> None:
    vins = [make_vin("LSVAA418", 2014, "2", serial) for serial in range(1100)]
    rows = [(vin, f"京A{number:05d}") for number, vin in enumerate(vins[:-1])]
    file = as_csv(tmp_path / "c.csv", ("车架号", "车牌号"), *rows, (vins[-1], "京A00000"))
    assert looked_at(installed) == 0
    done = typed("import", file)
    assert (looked_at(installed) > 0) is installed.startswith("postgres")
    assert "共1100行，新增1099行，更新0行，未变0行，未导入1行" in done.output
    assert refusals(tmp_path / "c.csv.refused.xlsx")[1][1] == "车牌号：与第 2 行的另一辆车相同"
    assert "未变1099行，未导入1行" in typed("import", file).output


def looked_at(url: str) -> int:
    """Pages of cars that PostgreSQL's planner knows of, as whoever writes in bulk lets it know."""
    if not url.startswith("postgres"):
        return 0
    ((pages,),) = kept(url, "SELECT relpages FROM pg_class WHERE relname = 'vehicle'")
    return max(int(pages), 0)
