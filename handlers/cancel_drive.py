"""取消试驾: the one that is expected, really, taken back; the consultant is told."""

from bot.flow import Option, Talk, conversation
from handlers.questions import spoken
from handlers.questions.models import ANY
from storage.queries.leads import drives
from storage.queries.leads.drives import Drive

# 取消 here means the drive, not this conversation
YES = Option("yes", "确认取消", ("确认", "取消", "取消试驾", "不试了", "不去了"))
NO = Option("no", "不取消了")


@conversation("取消试驾")
async def cancel_drive(talk: Talk) -> Drive | None:
    who = talk.customer
    drive = await drives.expected(who.id, who.customer_id, talk.now)
    if drive is None:
        on_it = "正在办的这次，不办了请说“取消”。" if talk.under_way("试驾") else ""
        await talk.bye(f"您目前没有预约试驾。{on_it}")
        talk.offer("试驾")
        return None
    line = f"{spoken(talk, drive.at)} {drive.model or ANY}，试驾编号 {drive.number}"
    if not await talk.confirm(
        (drive.lead_id, drive.at), f"确认取消试驾吗？\n{line}", yes=YES, no=NO
    ):
        return await talk.bye("好的，试驾还给您留着。")
    return drive


@cancel_drive.settle
async def take_it_back(drive: Drive, talk: Talk) -> None:
    if await drives.take_back(drive, talk.now):
        talk.say(f"已取消，试驾编号 {drive.number}。想试的时候随时说“试驾”。")


CONVERSATIONS = [cancel_drive]
