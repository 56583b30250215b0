"""The document and the routes are one: a validator accepts it, and a fuzzer finds no difference."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from bot.api import openapi
from bot.api.hooks import Hooks
from bot.api.routing import Route
from bot.api.schemas import SCHEMAS
from bot.api.table import routes
from bot.api.targets import Targets
from storage.queries.bookings import booking as bookings
from tests.api.complaints import complaints_to_find, send_a_file
from tests.api.door import AT_HOME, Door
from tests.api.fuzz_cases import RATINGS
from tests.api.test_ratings import rated
from tests.api.test_touchpoints import owe
from tests.leads.rig import colleague
from tests.people import NOW

EXAMPLES = 25

# Every operation, in all modes and with all checks. Beyond the fuzzer's own defaults an operation may
# answer what is well formed with 412 or 422 where its document says so: `fuzz_hooks` holds each such
# answer to a reason that no schema could have told. A feed is taken line by line (200): there
# `fuzz_hooks` looks for the refusal in the lines. What the fuzzer only warns of is a failure too, but
# for `validation_mismatch` (more than half of what was made up was refused): nobody has an ETag, an ID
# number with its check digit or a car by chance. In its place `fuzz_hooks` wants every operation
# to have done its work.
CONFIG = """
[warnings]
fail-on = [
  "missing_auth", "missing_test_data", "base_url_mismatch", "missing_deserializer",
  "unused_openapi_auth", "unsupported_regex", "method_not_allowed", "unmatched_filter",
  "unresolvable_reference", "rate_limited",
]
"""
OPERATION = """
[[operations]]
include-operation-id = "{name}"
checks.positive_data_acceptance.expected-statuses = {accepted}
checks.negative_data_rejection.expected-statuses = {refused}
"""
ACCEPTED = ("2xx", "3xx", "404", "409")
REFUSED = ("400", "404", "405", "415", "422")


def config(every: Sequence[Route]) -> str:
    """The fuzzer's settings, from what each route says of its answers."""
    return CONFIG + "".join(
        OPERATION.format(
            name=route.name,
            accepted=[*ACCEPTED, *(str(one) for one in (412, 422) if one in route.answers)],
            refused=[*REFUSED, *(["200"] if route.body and route.body.streamed else [])],
        )
        for route in every
    )


async def test_the_document_is_valid_and_whole(door: Door) -> None:
    seen = await door.asks("GET", "openapi.json", key="")
    assert seen.status == 200
    validate(seen.body)
    every = routes(Hooks(Targets(AT_HOME)))
    documented = {
        (method.upper(), path) for path, some in seen.body["paths"].items() for method in some
    }
    assert documented - {("GET", "/openapi.json")} == {(one.method, one.path) for one in every}
    assert openapi.document(every) == seen.body
    for schema in seen.body["components"]["schemas"].values():
        assert "x-words" not in str(schema)
    for operation in seen.body["paths"].values():
        assert "x-needed" not in str(operation)


def test_no_word_of_a_body_is_lost_in_silence() -> None:
    """A field that we do not know is refused, or the answer (a feed's, in its lines) names it."""
    for route in routes(Hooks(Targets(AT_HOME))):
        if route.body is None:
            continue
        body = SCHEMAS[route.body.schema]
        refused = body.get("additionalProperties") is False or "propertyNames" in body
        answers = {one.schema for one in route.answers.values()}
        assert refused or answers & {"Recorded", "Results"}, route.name


@pytest.mark.timeout(1800)  # thousands of requests to every operation, on whatever machine
async def test_a_fuzzer_finds_nothing(door: Door, tmp_path: Path) -> None:
    """Schemathesis with all its checks, on the document as it is served: no failure, never a 5xx."""
    await something_to_find(door)
    (tmp_path / "schemathesis.toml").write_text(config(routes(Hooks(Targets(AT_HOME)))))
    url = door.client.make_url("/api/v1/openapi.json")
    fuzz = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(url)),
        *("--header", f"Authorization: Bearer {door.key}", "--checks", "all"),
        *("--max-examples", str(EXAMPLES), "--seed", "7", "--continue-on-failure"),
        # How slowly data is made says nothing of the interface.
        *("--suppress-health-check", "too_slow,filter_too_much"),
        cwd=tmp_path,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await fuzz.communicate()
    assert fuzz.returncode == 0, said.decode()


async def something_to_find(door: Door) -> None:
    """What the document's examples name, and events: else the fuzzer knocks at empty rooms."""
    paths = (await door.asks("GET", "openapi.json")).body["paths"]

    def example(path: str, method: str = "put") -> Any:
        return paths[path][method]["requestBody"]["content"]["application/json"]["example"]

    vin = example("/deliveries", "post")["vin"]
    await door.asks("PUT", "customers/C1", example("/customers/{ref}"))
    await door.asks("PUT", f"vehicles/{vin}", example("/vehicles/{vin}"))
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x"})
    await owe(door.cast, 3)
    await complaints_to_find(door)
    for number in range(RATINGS):
        await send_a_file(door, await rated(door, f"F{number}", 5))
    await colleague(door.cast, "李雷")
    for number in range(9):
        who = {"phone": f"1370000000{number}", "consultant": "李雷"}
        await door.asks("POST", "leads", {"source": "visit", **who})
    for index, time in enumerate(("09:00", "10:00", "14:00")):
        wish = door.cast.wish(door.cast.stranger, time, source=f"f{index}")
        await bookings.confirm(wish, NOW)


def environment() -> dict[str, Any]:
    root = str(Path(__file__).parents[2])
    return {"PYTHONPATH": root, "SCHEMATHESIS_HOOKS": "tests.api.fuzz_hooks", "PATH": ""}
