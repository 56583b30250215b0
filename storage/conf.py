"""What the migration tool reads: `tortoise -c storage.conf.TORTOISE_ORM makemigrations`."""

from storage.db import config

TORTOISE_ORM = config("sqlite://:memory:")
