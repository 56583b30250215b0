"""How a question looks: its words, then a numbered line for each option."""

from typing import Any
from urllib.parse import quote

from bot.flow.reply import Answer, Line


def show_question(answer: Answer, talk_id: int, asking: dict[str, Any]) -> None:
    """Add the open question to the reply. Each line's tag names the talk and the question."""
    answer.say(asking["text"])
    tag = line_tag(talk_id, asking["name"])
    for number, (_, label, _aliases) in enumerate(asking["shown"], 1):
        answer.blocks.append(Line(f"{number}. {label}", label, tag))
    if asking["optional"]:
        answer.blocks.append(Line("跳过", "跳过", tag))


def line_tag(talk_id: int, name: str) -> str:
    """`talk.name`, safe inside an address; comes back as bizmsgmenuid when the line is tapped."""
    return f"{talk_id}.{quote(name)}"
