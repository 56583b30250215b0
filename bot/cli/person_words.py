"""How columns and values are called on the page somebody gets about themselves."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

_LABELS: Final[Mapping[str, str]] = {
    "id": "编号",
    "ref": "门店编号",
    "name": "姓名",
    "gender": "性别",
    "salutation": "称呼",
    "phone": "电话",
    "id_number": "证件号",
    "birthday": "生日",
    "birthday_key": "生日月日",
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
    "due_on": "计划日期",
    "until": "有效至",
    "why": "原因",
    "outcome": "结果",
    "facts": "依据",
    "reasons": "渠道选择的理由",
    "contact_hours": "方便联系的时间",
    "service_on": "下次保养",
    "done_by": "办理人",
    "doubt_at": "送达不明时间",
    "refusals": "不再接收",
    "granted_at": "授权时间",
    "used_at": "使用时间",
    "store_id": "门店的编号",
    "service_id": "服务的编号",
    "wechat_user_id": "微信身份的编号",
    "customer_id": "客户的编号",
    "vehicle_id": "车辆的编号",
    "consultant_id": "销售顾问的编号",
    "advisor_id": "服务顾问的编号",
    "contact_id": "接洽人的编号",
    "staff_id": "员工的编号",
    "booking_id": "预约的编号",
    "touchpoint_id": "跟踪点的编号",
    "template_id": "模板的编号",
    "mass_id": "群发的编号",
    "merged_into_id": "并入档案的编号",
    "subject_kind": "对象类别",
    "subject_id": "对象的编号",
    "rev": "修改次数",
    "erased_at": "删除时间",
    "key": "内部标识",
    "idem": "防重标识",
    "same": "归并标识",
    "msgid": "微信消息编号",
    "lease_until": "处理到",
    "attempts": "尝试次数",
    "open_for": "进行中",
    "version": "版本",
    "misses": "没听懂的次数",
    "reminded": "提醒次数",
    "wake_at": "下次提醒",
    "offer_until": "名额保留到",
    "first_scene": "最初来源场景",
    "window_kind": "可回复的方式",
    "window_opened_at": "可回复时段开始",
    "window_sent": "时段内已发",
    "mass_month": "群发月份",
    "mass_sent": "当月群发数",
    "bind_tries": "绑定尝试次数",
    "bind_wait_until": "绑定暂停到",
}

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "gender": {"female": "女", "male": "男"},
    "energy": {"ice": "燃油", "bev": "纯电", "phev": "插混"},
    "purpose": {"care": "关怀", "follow_up": "回访", "marketing": "营销", "service": "服务通知"},
    "role": {"owner": "车主", "driver": "驾驶人", "follower": "家人", "contact": "接洽人"},
    "kind": {"accident": "事故", "breakdown": "故障"},
    "channel": {"chat": "微信对话", "dms": "门店系统"},
    "subject_kind": {"customer": "客户", "vehicle": "车辆"},
    "state": {
        "draft": "待核实",
        "verified": "已核实",
        "filed": "已建档",
        "pending": "待批准",
        "approved": "已批准",
        "refused": "已驳回",
        "held": "已选时间",
        "booked": "已预约",
        "arrived": "已到店",
        "done": "已完成",
        "no_show": "未到店",
        "cancelled": "已取消",
        "waiting": "候补中",
        "planned": "计划中",
    },
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


def label(column: str) -> str:
    return _LABELS.get(column, column)


def told(row: Mapping[str, Any], zone: ZoneInfo) -> list[tuple[str, str]]:
    """A row as the person it is about reads it: names, words, and times on the store's clock."""
    return [(label(column), _told(column, value, zone)) for column, value in row.items()]


def _told(column: str, value: Any, zone: ZoneInfo) -> str:
    said = _WORDS.get(column, {}).get(value) if isinstance(value, str) else None
    return said or _MOMENT.sub(lambda at: _local(at[0], zone), shown(value))


def _local(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(f"{label(str(key))}：{shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "；".join(shown(inner) for inner in value)
    return str(value)
