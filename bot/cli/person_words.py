"""How columns and values are called on the page somebody gets about themselves."""

from collections.abc import Mapping
from typing import Any, Final

_LABELS: Final[Mapping[str, str]] = {
    "id": "编号",
    "ref": "门店编号",
    "name": "姓名",
    "gender": "性别",
    "salutation": "称呼",
    "phone": "电话",
    "id_number": "证件号",
    "birthday": "生日",
    "birthday_lunar": "农历生日",
    "occupation": "职业",
    "company": "单位",
    "address": "地址",
    "referrer": "介绍人",
    "preferences": "偏好",
    "notes": "备注",
    "note": "备注",
    "tags": "标签",
    "tier": "客户等级",
    "source": "来源",
    "state": "状态",
    "entered_by": "建立人",
    "entered_at": "建立时间",
    "verified_by": "核实人",
    "verified_at": "核实时间",
    "filed_by": "建档人",
    "filed_at": "建档时间",
    "stocktaken_at": "盘点时间",
    "created_at": "创建时间",
    "changed_at": "修改时间",
    "openid": "微信标识",
    "unionid": "微信统一标识",
    "subscribed": "是否关注",
    "subscribed_at": "关注时间",
    "unsubscribed_at": "取消关注时间",
    "scene": "来源场景",
    "purpose": "用途",
    "given": "是否同意",
    "wording": "当时的说法",
    "channel": "渠道",
    "at": "时间",
    "vin": "车架号",
    "plate": "车牌",
    "brand": "品牌",
    "model": "车型",
    "trim": "配置",
    "colour": "颜色",
    "energy": "能源",
    "produced_on": "生产日期",
    "delivered_on": "交车日期",
    "delivered_at": "交车时间",
    "licensed_on": "上牌日期",
    "insurer": "保险公司",
    "insurance_until": "保险到期",
    "inspection_due": "年检到期",
    "mileage": "里程",
    "mileage_on": "里程记录日",
    "sold": "已售出",
    "sold_at": "售出时间",
    "role": "身份",
    "consultant": "销售顾问",
    "opened_at": "开单时间",
    "settled_at": "结算时间",
    "items": "项目",
    "amount": "金额",
    "kind": "类别",
    "happened_at": "发生时间",
    "starts_at": "开始时间",
    "ends_at": "结束时间",
    "held_until": "保留到",
    "day": "日期",
    "body": "内容",
    "reply": "回复",
    "received_at": "收到时间",
    "flow": "对话",
    "answers": "回答",
    "heard": "听到的话",
    "asking": "正在问",
    "title": "标题",
    "detail": "详情",
    "done_at": "办结时间",
    "change": "变更内容",
    "reason": "理由",
    "asked_by": "申请人",
    "asked_at": "申请时间",
    "decided_by": "审批人",
    "decided_at": "审批时间",
    "actor": "操作人",
    "action": "操作",
    "subject": "对象",
    "number": "序号",
    "status": "状态",
    "due_at": "计划时间",
}


def label(column: str) -> str:
    return _LABELS.get(column, column)


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(f"{label(str(key))}：{shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "；".join(shown(inner) for inner in value)
    return str(value)
