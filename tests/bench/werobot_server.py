"""An echo with WeRoBot as its documentation tells, in safe mode. `python -m … PORT [session]`

`robot.run()` with what it chooses by itself. Its session, in SQLite, is on unless switched off.
"""

import sys

import werobot

from tests.bench.messages import AES_KEY, TOKEN
from tests.people import APP_ID

robot = werobot.WeRoBot(token=TOKEN)
robot.config["APP_ID"] = APP_ID
robot.config["ENCODING_AES_KEY"] = AES_KEY
robot.config["HOST"] = "127.0.0.1"
robot.config["PORT"] = int(sys.argv[1])
if "session" not in sys.argv:
    robot.config["SESSION_STORAGE"] = False


@robot.text  # type: ignore[untyped-decorator]  # the library has no types
def echo(message: object) -> object:
    return message.content  # type: ignore[attr-defined]


if __name__ == "__main__":
    robot.run()
