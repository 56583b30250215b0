"""`cheyu apikey`: the key is alone on the last line, and works."""

import os
import subprocess
import sys
from pathlib import Path

from storage.db import opened
from storage.queries import apikeys

ROOT = Path(__file__).parents[2]


def cheyu(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    made_up = {
        "CHEYU_DATABASE_URL": url,
        "CHEYU_SECRET_KEY": "0" * 32,
        "CHEYU_WECHAT_APP_ID": "wx0000000000000001",
        "CHEYU_WECHAT_APP_SECRET": "made-up",
        "CHEYU_WECHAT_TOKEN": "madeup",
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "apikey", *words],
        cwd=ROOT,
        env={**os.environ, **made_up},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def test_a_key_is_made_listed_and_revoked(migrated_sqlite_url: str) -> None:
    made = cheyu(migrated_sqlite_url, "add", "dms", "--scope", "files:read")
    assert made.returncode == 0, made.stderr
    key = made.stdout.splitlines()[-1]
    async with opened(migrated_sqlite_url):
        found = await apikeys.opened_by(key)
    assert found is not None
    assert found.scopes == {"files:read"}
    again = cheyu(migrated_sqlite_url, "add", "dms")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("cheyu: 已有名为dms的密钥。")
    listed = cheyu(migrated_sqlite_url, "list").stdout
    assert found.prefix in listed
    assert key not in listed
    assert [cheyu(migrated_sqlite_url, "revoke", "dms").returncode for _ in "ab"] == [0, 1]
    assert cheyu(migrated_sqlite_url, "add", "x", "--scope", "all").returncode == 2
