"""The product's own source as syntax trees, for the tests that hold its shape."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "storage", "templates")
OURS = (*PACKAGES, "tests")


@cache
def modules(*packages: str) -> dict[str, Path]:
    """Dotted name → file of every module below `packages`, migrations left out."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.relative_to(ROOT).parts[:-1]
    }


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def exists(name: str) -> bool:
    """Whether `name` is one of our modules or packages."""
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def imports(name: str, path: Path) -> set[str]:
    """Every module that `name` imports, anywhere in it, as dotted names."""
    found: set[str] = set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).strip(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if exists(inner) else base)
    return found


def within(name: str, *parents: str) -> bool:
    """Whether module `name` is one of `parents` or below one of them."""
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below `node` with the dotted name it goes by (`talk.ask`)."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield dotted(call.func), call


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
