"""An installation to import into, on either database."""

import pytest

SETTINGS = {
    "CHEYU_SECRET_KEY": "a made-up key of thirty-two signs",
    "CHEYU_WECHAT_APP_ID": "wx0000000000000001",
    "CHEYU_WECHAT_APP_SECRET": "made-up",
    "CHEYU_WECHAT_TOKEN": "madeup",
}


@pytest.fixture
def installed(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database's address."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHEYU_DATABASE_URL", migrated_url)
    monkeypatch.setenv("COLUMNS", "200")
    return migrated_url
