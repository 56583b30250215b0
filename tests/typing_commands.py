"""What a command finds in its environment where somebody has installed the product."""

import pytest

from tests.people import APP_ID, SECRET


def settings(patch: pytest.MonkeyPatch, url: str, columns: int = 200) -> None:
    """The settings of the dealership in the database at `url`, and a screen of that width.

    The platform is nowhere: a command that called it would fail.
    """
    for name, value in {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "made-up",
        "WECHAT_TOKEN": "madeup",
        "WECHAT_API_URL": "http://127.0.0.1:9",
    }.items():
        patch.setenv(f"CHEYU_{name}", value)
    patch.setenv("COLUMNS", str(columns))
