"""The page of a help: headings in Chinese, and lines as wide as the screen shows them."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from unicodedata import east_asian_width

import click

_HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}
_EXTRA = re.compile(r"  \[([^\[\]]+)\]$")
"""What the library adds behind an option's help: [default: 50; 1<=x<=1000; required]."""
_LIBRARY = {"Show this message and exit.": "显示这份说明。", "required": "必填"}
_NEVER_FIRST = "，。；：、！？）」》…"


class Page(click.HelpFormatter):
    """A help as the library puts it together, in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        margin = " " * self.current_indent
        for at, paragraph in enumerate(text.split("\n\n")):
            lines = _lines(paragraph, self.width - self.current_indent)
            self.write(("\n" if at else "") + "".join(f"{margin}{one}\n" for one in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        known = [(first, _extra(second)) for first, second in rows]
        wide = min(max((width(first) for first, _ in known), default=0), col_max) + col_spacing
        margin = " " * self.current_indent
        for first, second in known:
            room = max(self.width - self.current_indent - wide, 10)
            head, *more = _lines(second, room) or [""]
            if width(first) > wide - col_spacing:
                head, more = first, [head, *more]
            else:
                head = f"{first}{'':{wide - width(first)}}{head}"
            lines = [head, *(f"{'':{wide}}{line}" for line in more)]
            self.write("".join(f"{margin}{line}".rstrip() + "\n" for line in lines if line.strip()))


def _extra(help_: str) -> str:
    """`  [default: 50; 1<=x<=1000]` reads （默认50；1<=x<=1000）."""
    help_ = _LIBRARY.get(help_, help_)
    found = _EXTRA.search(f"  {help_}" if help_.startswith("[") else help_)
    if found is None:
        return help_
    told = (
        _LIBRARY.get(one, re.sub(r"^default: ", "默认", one)) for one in found.group(1).split("; ")
    )
    return f"{help_[: -len(found.group().lstrip())].rstrip()}（{'；'.join(told)}）"


def width(text: str) -> int:
    """In columns of a screen: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _lines(text: str, room: int) -> list[str]:
    """Not more than `room` columns each. A paragraph that begins with \\b keeps its lines."""
    if text.startswith("\b\n"):
        return text.splitlines()[1:]
    lines = [""]
    for piece in _pieces(" ".join(text.split())):
        fits = width(lines[-1]) + width(piece.rstrip()) <= room
        if fits or piece[0] in _NEVER_FIRST:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str) -> Iterator[str]:
    """Where a line may break: between Chinese signs, and at spaces between other words."""
    for wide, signs in groupby(text, lambda sign: east_asian_width(sign) in "WF"):
        run = "".join(signs)
        yield from run if wide else re.findall(r"\s*\S+\s*|\s+", run)
