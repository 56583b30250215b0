"""The shape of the house: who may know whom, how long things may be, and what nobody does."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.source import OURS, PACKAGES, ROOT, calls, dotted, exists, imports, modules, tree, within

GROUND = ("bot.rules", "bot.clock", "bot.errors")
EDGES = (*GROUND, "bot.settings")
CALENDARS = ("chinese_calendar", "lunar_python")
LOGS = ("structlog", "prometheus_client")
WEB = ("aiohttp", "jinja2", "markupsafe", "segno", *LOGS)

# part: (what of ours it may import, which libraries)
LAW: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bot.rules": (GROUND, CALENDARS),
    "bot.clock": (GROUND, ()),
    "bot.errors": (GROUND, ()),
    "bot.settings": (GROUND, ("pydantic", "pydantic_settings")),
    "storage": (
        (*EDGES, "storage"),
        (*LOGS, "tortoise", "pypika_tortoise", "aiosqlite", "asyncpg", "cryptography"),
    ),
    "bot.wechat": (
        (*EDGES, "bot.wechat"),
        (*LOGS, "wechatpy", "aiohttp", "cryptography", "xmltodict"),
    ),
    "bot.flow": ((*EDGES, "bot.flow"), LOGS),
    "bot.outbox": (
        (*EDGES, "bot.outbox", "bot.wechat", "storage.queries", "templates"),
        (*LOGS, "jinja2"),
    ),
    "bot.jobs": ((*EDGES, "bot.jobs", "bot.wechat", "storage.queries"), (*LOGS, "apscheduler")),
    "handlers": ((*GROUND, "bot.flow", "storage.queries", "handlers"), ()),
    "bot.console": ((*EDGES, "bot.console", "bot.outbox", "storage.queries", "templates"), WEB),
    "bot.api": (
        (*EDGES, "bot.api", "bot.outbox", "storage.queries"),
        WEB,
    ),
    "bot.sandbox": (
        ("bot.settings", "bot.clock", "bot.sandbox", "templates"),
        (*WEB, "cryptography"),
    ),
    "templates": ((), ()),
}
KNOW_ALL = ("bot.app", "bot.cli")  # the only places that build and steer everything

HOUSE = {
    *("bot", "bot.rules", "bot.flow", "bot.wechat", "bot.outbox", "bot.jobs", "bot.sandbox"),
    *("handlers", "storage", "storage.models", "storage.queries", "storage.migrations"),
}
TOP = {"bot", "handlers", "storage", "templates", "tests"}
MADE_BY_TOOLS = {"var", "build", "dist", "htmlcov", "cheyu.egg-info", "__pycache__"}

BUILT = "S608"  # the lint rule that finds a statement made of parts

PRODUCT = modules(*PACKAGES)
TESTS = modules("tests")


def part_of(name: str) -> str:
    """The part of the house `name` belongs to; '' for `bot` itself."""
    return next((part for part in (*KNOW_ALL, *LAW) if within(name, part)), "")


@pytest.mark.parametrize("name", PRODUCT)
def test_a_part_imports_only_what_the_law_allows(name: str) -> None:
    part = part_of(name)
    assert part or name == "bot", f"{name} has no room in the house"
    if part in KNOW_ALL:
        return
    ours, libraries = LAW.get(part, ((), ()))
    for imported in imports(name, PRODUCT[name]):
        if imported.split(".")[0] in OURS:
            assert within(imported, *ours), f"{name} may not import {imported}"
        else:
            known = imported.split(".")[0] in sys.stdlib_module_names
            assert known or within(imported, *libraries), f"{name} may not import {imported}"


def test_one_handler_never_imports_another() -> None:
    """`handlers` lists them, `handlers.questions` holds what several of them ask."""
    for name in set(modules("handlers")) - {"handlers"}:
        for imported in imports(name, PRODUCT[name]):
            shared = within(imported, "handlers.questions")
            assert shared or not within(imported, "handlers"), f"{name} imports {imported}"


def test_no_two_modules_or_parts_import_each_other() -> None:
    arrows = {name: imports(name, path) for name, path in PRODUCT.items()}
    mutual = {(a, b) for a, seen in arrows.items() for b in seen if a in arrows.get(b, set())}
    assert mutual - {(name, name) for name in arrows} == set()
    parts: dict[str, set[str]] = {}
    for name, seen in arrows.items():
        parts.setdefault(part_of(name), set()).update(part_of(b) for b in seen if exists(b))
    both = {(a, b) for a, seen in parts.items() for b in seen if a != b and a in parts.get(b, ())}
    assert both == set()


def test_the_house_has_its_rooms_and_no_other() -> None:
    for package in HOUSE:
        assert (ROOT.joinpath(*package.split(".")) / "__init__.py").is_file(), package
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert folders - MADE_BY_TOOLS == TOP
    rooms = {p.name for p in (ROOT / "bot").iterdir() if p.is_dir()} - MADE_BY_TOOLS
    assert rooms <= {part.split(".")[1] for part in (*LAW, *KNOW_ALL) if part.startswith("bot.")}


@pytest.mark.parametrize("name", [*PRODUCT, *TESTS])
def test_files_and_functions_stay_short(name: str) -> None:
    path = PRODUCT.get(name) or TESTS[name]
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = 120 if within(name, "handlers") else 300
    assert lines <= limit, f"{name} has {lines} lines, {limit} are allowed"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 40, f"{name}.{node.name} has {length} lines, 40 are allowed"


def test_templates_stay_short() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 150, f"{path.relative_to(ROOT)} has {lines} lines, 150 are allowed"


@pytest.mark.parametrize("name", sorted(set(PRODUCT) - {"bot.clock"}))
def test_only_the_clock_asks_the_time_and_nothing_rolls_dice(name: str) -> None:
    path = PRODUCT[name]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            # A seeded history is made by Random(seed); nothing else of the module is repeatable.
            assert [alias.name for alias in node.names] == ["Random"], (
                f"{name}: {ast.unparse(node)}"
            )
    assert imports(name, path).isdisjoint({"time", "uuid"}), f"{name} has a clock of its own"
    imported = {a.name for n in ast.walk(tree(path)) if isinstance(n, ast.Import) for a in n.names}
    assert "random" not in imported, f"{name} rolls dice"
    for called, call in calls(tree(path)):
        asked = re.search(r"\b(datetime|date)\.(now|utcnow|today)$", called)
        assert not asked, f"{name}:{call.lineno} asks {called}"
        assert called != "Random" or call.args, f"{name}:{call.lineno} has no seed"


def flows(path: Path) -> list[ast.AsyncFunctionDef]:
    """The conversations of a handler: its functions decorated with @conversation(…)."""
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.AsyncFunctionDef)
        and any("conversation" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


@pytest.mark.parametrize("name", modules("handlers"))
def test_questions_have_literal_names_that_are_unique_in_a_flow(name: str) -> None:
    for flow in flows(PRODUCT[name]):
        in_loops = {
            id(inner)
            for loop in ast.walk(flow)
            if isinstance(loop, ast.For | ast.AsyncFor | ast.While)
            for inner in ast.walk(loop)
        }
        names: list[str] = []
        for called, call in calls(flow):
            if not called.endswith(".ask"):
                continue
            question = call.args[0]
            place = f"{name}:{call.lineno}"
            if id(call) in in_loops:
                assert isinstance(question, ast.JoinedStr), f"{place}: number it: f'照片{{n}}'"
            else:
                assert isinstance(question, ast.Constant), f"{place}: the name is not a literal"
            names.append(ast.unparse(question))
        assert len(names) == len(set(names)), f"{name}.{flow.name} asks twice under one name"


@pytest.mark.parametrize("name", modules("handlers"))
def test_a_handler_catches_nothing_broadly(name: str) -> None:
    for node in ast.walk(tree(PRODUCT[name])):
        if isinstance(node, ast.Try):
            assert not node.finalbody, f"{name}:{node.lineno} has a finally: a pause runs it too"
            for caught in node.handlers:
                what = ast.unparse(caught.type) if caught.type else "everything"
                broad = {"everything", "Exception", "BaseException"}
                assert what not in broad, f"{name}:{caught.lineno} catches {what}"


@pytest.mark.parametrize("name", TESTS)
def test_tests_move_time_and_replace_nothing_of_ours(name: str) -> None:
    path = TESTS[name]
    own = {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
        for alias in node.names
    }
    assert not within("unittest.mock", *imports(name, path)), f"{name} imports a mock"
    for called, call in calls(tree(path)):
        last = called.rpartition(".")[2]
        assert last != "sleep", f"{name}:{call.lineno} sleeps; move the clock"
        if last in {"patch", "object", "setattr"} and call.args:
            target = call.args[0]
            text = str(target.value) if isinstance(target, ast.Constant) else dotted(target)
            root = text.split(".")[0]
            assert root not in {*PACKAGES, *own}, f"{name}:{call.lineno} replaces our own {text}"


@pytest.mark.parametrize("name", [*PRODUCT, *TESTS])
def test_sql_that_is_put_together_says_why_no_value_gets_in(name: str) -> None:
    path = PRODUCT.get(name) or TESTS[name]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(rf"# noqa:[^#]*\b{BUILT}\b", line):
            reason = re.search(rf"# noqa: {BUILT} - \w.{{9,}}$", line)
            assert reason, f"{name}:{number}: say after a dash what is put together"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(
        r"https?://|file:|^-|find-links|index-url| @ |^\s*\.{0,2}/", text, re.MULTILINE
    )
    for requirement in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]
