"""What to do about an errcode, once for the whole product. WeChat docs: global return codes.

Nothing else compares these numbers. An unknown one is a fault of the request: mended, not repeated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60
TOMORROW = 24 * 3600  # at most: a daily quota is counted anew at midnight in Beijing


class Reaction(StrEnum):
    """The kinds of answer to a refusal."""

    RETRY = "retry"  # the platform is busy: again later, a few times
    TOKEN = "token"  # noqa: S105 - renew the access token and repeat once
    USER = "user"  # this person cannot be reached this way: do not repeat
    FIX = "fix"  # the request is wrong: repeating it changes nothing
    ALARM = "alarm"  # the account or its set-up is wrong: stop this kind of work, tell staff
    WAIT = "wait"  # a quota or a window is used up
    IGNORE = "ignore"  # of no consequence
    DONE = "done"  # it had been done before


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait`: seconds before another try, or None. `means` and `mend` are for staff to read."""

    reaction: Reaction
    means: str
    mend: str
    wait: int | None = None


Row = tuple[tuple[int, ...], Verdict]


def _row(
    codes: Iterable[int], reaction: Reaction, means: str, mend: str, wait: int | None = None
) -> Row:
    return tuple(codes), Verdict(reaction, means, mend, wait)


_BUSY: tuple[Row, ...] = (
    _row(
        (-1, 61450, 268487001, 268487002, 268488001),
        Reaction.RETRY,
        "微信系统繁忙",
        "系统会自动重试，无需处理",
        30,
    ),
    _row((45169,), Reaction.RETRY, "同一粉丝正在被并发打标签", "系统会自动重试，无需处理", 5),
    _row((45171,), Reaction.RETRY, "部分粉丝打标签失败", "系统会重试失败的部分", 5),
)

_TOKEN: tuple[Row, ...] = (
    _row(
        (40001, 40014, 41001, 42001),
        Reaction.TOKEN,
        "接口凭证 access_token 失效",
        "系统会自动换新；若反复出现，请核对 AppSecret，并确认没有别的系统在用同一公众号取凭证",
    ),
)

_ACCOUNT: tuple[Row, ...] = (
    _row((40013,), Reaction.ALARM, "AppID 不正确", "核对 CHEYU_WECHAT_APP_ID"),
    _row((40125,), Reaction.ALARM, "AppSecret 不正确", "核对或重置 CHEYU_WECHAT_APP_SECRET"),
    _row((41002, 41004), Reaction.ALARM, "缺少 AppID 或 AppSecret", "补全微信公众号的设置"),
    _row(
        (40164,),
        Reaction.ALARM,
        "服务器 IP 不在白名单",
        "在微信开发者平台的 IP 白名单中加入服务器的出口 IP",
    ),
    _row((40243,), Reaction.ALARM, "AppSecret 已被冻结", "在微信开发者平台解冻 AppSecret"),
    _row(
        range(89503, 89508),
        Reaction.ALARM,
        "此次调用需要公众号管理员确认，或已被拒绝",
        "请管理员在微信中确认；被拒绝的要等 1 或 24 小时",
    ),
    _row((48001,), Reaction.ALARM, "公众号没有此接口的权限", "核对公众号类型与认证状态"),
    _row((48003,), Reaction.ALARM, "尚未同意群发服务协议", "请管理员在公众平台同意协议"),
    _row((48004,), Reaction.ALARM, "此接口已被封禁", "登录公众平台查看通知并申诉"),
    _row((48005,), Reaction.FIX, "素材正被自动回复或菜单使用，不能删除", "先解除引用"),
    _row((48006,), Reaction.ALARM, "本月清零次数已用完", "等到下个月，或降低调用量"),
    _row((48008,), Reaction.ALARM, "没有发送此类消息的权限", "换一种消息类型"),
    _row((48021, 48022), Reaction.ALARM, "没有此场景的权限", "在公众平台开通相应能力"),
    _row((50001, 50002), Reaction.ALARM, "公众号此接口受限", "登录公众平台查看通知"),
    _row((50004, 50007), Reaction.ALARM, "公众号被冻结或已迁移", "登录公众平台查看账号状态"),
    _row((43116,), Reaction.ALARM, "模板或账号受限", "登录公众平台查看模板消息的通知"),
)

_PERSON: tuple[Row, ...] = (
    _row((43004,), Reaction.USER, "客户没有关注公众号", "改用电话联系"),
    _row((43019,), Reaction.USER, "客户在公众号黑名单中", "需要联系时先移出黑名单"),
    _row((43101,), Reaction.USER, "客户拒收此类消息", "不再发送此模板，需要时电话联系"),
    _row(
        (45015,),
        Reaction.USER,
        "超出客服消息时限，或客户已取消关注",
        "改用模板消息，或等客户再次来消息",
    ),
    _row((46004,), Reaction.USER, "客户不存在", "核对微信身份"),
    _row((48002,), Reaction.USER, "客户关闭了接收消息", "改用电话联系"),
    _row((50005,), Reaction.USER, "客户没有关注公众号", "改用电话联系"),
    _row((70000,), Reaction.USER, "未成年人保护限制", "不再向此客户发送"),
)

_QUOTA: tuple[Row, ...] = (
    _row((45009,), Reaction.WAIT, "此接口今日次数已用完", "次日自动继续；可申请提额", TOMORROW),
    _row((45011,), Reaction.WAIT, "调用过于频繁", "系统会放慢速度", MINUTE),
    _row((45028,), Reaction.WAIT, "群发次数已用完", "次日或下个月自动继续", TOMORROW),
    _row((45047,), Reaction.WAIT, "本轮客服消息条数已用完", "等客户再次来消息"),
    _row((45066,), Reaction.WAIT, "同一群发任务重试过快", "一分钟后自动重试", MINUTE),
    _row((45065,), Reaction.DONE, "同一群发任务已提交过", "无需处理"),
    _row((45072, 45080, 45081), Reaction.IGNORE, "“正在输入”状态未能显示", "无需处理"),
)

_TEMPLATE: tuple[Row, ...] = (
    _row((40036, 40037), Reaction.ALARM, "模板不存在或已删除", "重新选择模板并同步模板列表"),
    _row((40247,), Reaction.ALARM, "需要选用类目模板", "在公众平台的类目模板库中选择模板"),
    _row((40249,), Reaction.ALARM, "模板内容被判为违规或营销", "停用此模板，修改内容后再启用"),
    _row((40246,), Reaction.FIX, "模板关键词不正确", "按类目模板重新选择关键词"),
    _row((40062,), Reaction.FIX, "标题过长", "缩短标题"),
    _row((47003,), Reaction.FIX, "模板字段的值不合规", "按提示的字段修改内容"),
)

_REQUEST: tuple[Row, ...] = (
    _row((40003, 49003), Reaction.FIX, "OpenID 不属于本公众号", "核对客户的微信身份"),
    _row((40007,), Reaction.FIX, "素材不存在或已过期", "重新上传素材后再发"),
    _row((40008,), Reaction.FIX, "消息类型不支持", "换一种消息类型"),
    _row(range(40016, 40028), Reaction.FIX, "自定义菜单不合规", "检查菜单的数量、名称、键和网址"),
    _row((40029, 40030, 40163, 42002, 42003), Reaction.FIX, "网页授权已失效", "请客户重新进入页面"),
    _row((40031, 40032, 40130), Reaction.FIX, "客户名单的内容或数量不合规", "重新分批"),
    _row((40033,), Reaction.FIX, "内容含不支持的字符", "去掉特殊字符"),
    _row((40039, 40048), Reaction.FIX, "网址过长或不合规", "修改网址"),
    _row((40052, 40053), Reaction.FIX, "二维码参数不正确", "检查二维码的场景值"),
    _row((40059, 40060, 40097), Reaction.FIX, "参数不正确", "检查群发或草稿的内容"),
    _row((40092,), Reaction.FIX, "备注过长或不合规", "缩短备注"),
    _row((43002, 43003, 47001), Reaction.FIX, "请求格式不正确", "请联系技术支持"),
    _row((44002, 44004), Reaction.FIX, "内容为空", "补全内容"),
    _row((45002,), Reaction.FIX, "内容过长", "拆成几条发送"),
    _row((45008,), Reaction.FIX, "图文条数过多", "减少图文条数"),
    _row((45056, 45058, 45059), Reaction.FIX, "标签数量超限，或是系统标签", "清理标签"),
    _row((45067,), Reaction.FIX, "群发任务编号过长", "请联系技术支持"),
    _row((45083, 45084), Reaction.FIX, "群发速度的值不正确", "选择 0 到 4"),
    _row((45113,), Reaction.FIX, "此类消息已不支持", "换一种消息类型"),
    _row((46003,), Reaction.FIX, "还没有自定义菜单", "先推送菜单"),
    _row((45157, 45158, 45159), Reaction.FIX, "标签重名、过长或不存在", "先同步标签再修改"),
    _row(range(61451, 61460), Reaction.FIX, "客服账号不合规", "检查客服账号、昵称和头像"),
    _row(range(65301, 65318), Reaction.FIX, "个性化菜单不合规", "检查菜单与匹配规则"),
    _row((65400,), Reaction.ALARM, "客服功能未开通", "在公众平台开通客服功能"),
    _row(range(65401, 65418), Reaction.FIX, "客服账号或会话不可用", "检查客服账号与会话状态"),
    _row((76021, 76022), Reaction.FIX, "查询的接口不存在", "请联系技术支持"),
)

_TABLE = {
    code: verdict
    for rows in (_BUSY, _TOKEN, _ACCOUNT, _PERSON, _QUOTA, _TEMPLATE, _REQUEST)
    for codes, verdict in rows
    for code in codes
}
_DONE = Verdict(Reaction.DONE, "成功", "无需处理")
_UNKNOWN = Verdict(Reaction.FIX, "未知的错误码", "查看微信文档中的全局返回码，或联系技术支持")

_WHOLE_API = frozenset({45009, 45011, 45028})
_TEMPLATE_ONLY = frozenset({40036, 40037, 40247, 40249})
_LEFT = frozenset({43004, 50005})
_TAKES_NOTHING = frozenset({40003, 43019, 46004, 48002, 49003, 70000})
_TAKES_NOT_THIS = frozenset({43101})


class Refuses(StrEnum):
    """What a refusal says of the person."""

    NOTHING = ""
    FOLLOWING = "following"  # they do not follow any more
    ANYTHING = "anything"  # nothing sent to them arrives
    TEMPLATE = "template"  # they take other messages, not this template


def refuses(errcode: int) -> Refuses:
    """What is known of the person from now on."""
    if errcode in _LEFT:
        return Refuses.FOLLOWING
    if errcode in _TAKES_NOTHING:
        return Refuses.ANYTHING
    return Refuses.TEMPLATE if errcode in _TAKES_NOT_THIS else Refuses.NOTHING


def template_broken(errcode: int) -> bool:
    """Whether it is this one template that must not be used, and not the API."""
    return errcode in _TEMPLATE_ONLY


def stops_the_api(errcode: int) -> bool:
    """Whether no other call of the same API would fare better for a while."""
    if template_broken(errcode):
        return False
    return errcode in _WHOLE_API or reaction(errcode).reaction is Reaction.ALARM


def reaction(errcode: int) -> Verdict:
    """What to do about `errcode`, and how to say it to staff."""
    return _DONE if errcode == 0 else _TABLE.get(errcode, _UNKNOWN)


def known() -> tuple[int, ...]:
    """Every errcode of the table, ascending."""
    return tuple(sorted(_TABLE))
