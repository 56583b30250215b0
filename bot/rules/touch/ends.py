"""Why a contact that was owed was not made, in the words that are kept with it.

The plan writes them and the monthly figures read them: what came too late was owed, who had told
us already was reached, and who is left alone for any other reason is not among the due.
"""

from typing import Final

EXPIRED: Final = "已经过期，现在联系没有意义了"
NO_TIME: Final = "有意义的时间内没有可以联系的时段"
TOO_LATE: Final = "已经过了还有意义的时间"
THEN_TOO_LATE: Final = "等到那时已经没有意义"
SYSTEM_DOWN: Final = "系统停机时错过，补发已没有意义"
RATED: Final = "客户已经评价过，或正在评价"

MISSED: Final = (EXPIRED, NO_TIME, TOO_LATE, THEN_TOO_LATE, SYSTEM_DOWN)
"""It was owed, and nobody made it in time."""
