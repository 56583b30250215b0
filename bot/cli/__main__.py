"""`python -m bot.cli` is `cheyu`."""

from bot.cli import main

main()
