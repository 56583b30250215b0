"""A Chromium for the pages' tests: found, or installed. `python -m tests.chromium` makes sure of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(Exception):
    """No Chromium, and none could be installed; the message says what to do."""


def find() -> Path:
    """The browser's executable: the one `CHEYU_TEST_CHROMIUM` names, the system's, or Playwright's."""
    named = os.environ.get("CHEYU_TEST_CHROMIUM")
    if named:
        if shutil.which(named) is None:
            raise NoBrowser(f"CHEYU_TEST_CHROMIUM names {named}, which cannot be run")
        return Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    raise NoBrowser("no Chromium: install one, or name it in CHEYU_TEST_CHROMIUM")


def install() -> None:
    """The system's package on Debian (with Chinese fonts, for the screenshots), else Playwright's."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], check=False)
        packages = ["chromium", "fonts-noto-cjk"]
        done = subprocess.run(["apt-get", "install", "-q", "-y", *packages], check=False)
        if done.returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def ensure() -> Path:
    """`find`, after an installation where none is there. Raises NoBrowser."""
    try:
        return find()
    except NoBrowser:
        if os.environ.get("CHEYU_TEST_CHROMIUM"):
            raise
    install()
    return find()


if __name__ == "__main__":
    try:
        sys.stdout.write(f"browser: {ensure()}\n")
    except NoBrowser as missing:
        sys.exit(f"the pages cannot be tested: {missing}")
