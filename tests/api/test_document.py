"""The document and the routes are one: a validator accepts it, and a fuzzer finds no difference."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from openapi_spec_validator import validate

from bot.api import openapi
from bot.api.hooks import Hooks
from bot.api.table import routes
from bot.api.targets import Targets
from tests.api.door import AT_HOME, Door

EXAMPLES = 25

# What is well formed may still be untrue: a VIN nobody knows, an id number whose check digit is wrong.
CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = [200, 201, 202, 204, 304, 404, 409, 412, 422]
negative_data_rejection.expected-statuses = [400, 401, 404, 405, 409, 412, 413, 415, 422]

# A feed is text of any kind: each line is judged by itself, in the answer's lines.
[[operations]]
include-operation-id-regex = "^feed_"
generation.mode = "positive"
"""


async def test_the_document_is_valid_and_whole(door: Door) -> None:
    seen = await door.asks("GET", "openapi.json", key="")
    assert seen.status == 200
    validate(seen.body)
    table = routes(Hooks(Targets(AT_HOME)))
    documented = {
        (method.upper(), path) for path, some in seen.body["paths"].items() for method in some
    }
    assert documented - {("GET", "/openapi.json")} == {(one.method, one.path) for one in table}
    assert openapi.document(table) == seen.body
    for schema in seen.body["components"]["schemas"].values():
        assert "x-words" not in str(schema)


async def test_a_fuzzer_finds_nothing(door: Door, tmp_path: Path) -> None:
    """Schemathesis with all its checks, on the document as it is served: no failure, never a 5xx."""
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    url = door.client.make_url("/api/v1/openapi.json")
    fuzz = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(url)),
        *("--header", f"Authorization: Bearer {door.key}", "--checks", "all"),
        *("--max-examples", str(EXAMPLES), "--seed", "7", "--continue-on-failure"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        cwd=tmp_path,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await fuzz.communicate()
    assert fuzz.returncode == 0, said.decode()


def environment() -> dict[str, Any]:
    root = str(Path(__file__).parents[2])
    return {"PYTHONPATH": root, "SCHEMATHESIS_HOOKS": "tests.api.fuzz_hooks", "PATH": ""}
