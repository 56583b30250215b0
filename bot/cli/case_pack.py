"""`cheyu case pack`: a complaint's evidence in one file."""

from datetime import datetime
from pathlib import Path

import click

from bot.cli.acting import acting
from bot.cli.case_options import NUMBER, by
from bot.cli.pack_file import Contents, Packed, write
from bot.errors import StaffError
from bot.rules.roles import Action, Kind, may
from storage.queries.cases import timeline as case_timeline
from storage.queries.cases.whole import looked
from storage.queries.evidence.content import content
from storage.queries.staff.colleagues import Staff


@click.command("pack")
@click.argument("number", type=NUMBER)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@by
def pack(number: int, file: Path, force: bool, login: str) -> None:
    """Everything about one in a zip file: a page to read, messages, promises, clocks, media.

    It holds personal data and is not encrypted: give it only to those who may see them.
    """
    if file.exists() and not force:
        raise StaffError(f"{file}已经存在。", "换一个文件名，或加上--force覆盖。")
    if not file.parent.is_dir():
        raise StaffError(f"没有文件夹{file.parent}。", "请先建好文件夹。")

    async def work(who: Staff, now: datetime) -> Packed | None:
        if not may(who.role, Kind.CASE, Action.EDIT):
            raise StaffError("您的岗位不能导出投诉材料。", "请联系投诉的负责人。")
        found = await looked(who, number, now, "export")
        if found is None:
            return None
        talks = may(who.role, Kind.CONVERSATION, Action.VIEW)
        said = await case_timeline.around(found.case, now) if talks else None
        media = may(who.role, Kind.EVIDENCE, Action.VIEW)
        return await write(file, Contents(found, said, media, now), content)

    done = acting(login, work)
    lost = f"，{len(done.missing)}件材料未能取得" if done.missing else ""
    click.echo(f"已写入{file}：{len(done.files)}个文件{lost}。内含个人信息，请妥善保管。")
