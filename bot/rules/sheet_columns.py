"""Which column of a sheet is which field, by the names that dealers give their columns."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bot.rules.records import KINDS

SHEETS: Final = {"customers": "customer", "vehicles": "vehicle", "repair-orders": "repair_order"}
"""What a sheet may hold → the kind of record a row is."""

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "customer": {
        "ref": "客户编号 客户编码 客户号 客户代码 客户id 编号 customerno customerid customercode",
        "name": "姓名 客户姓名 客户名称 名称 车主 车主姓名 客户 customername fullname",
        "gender": "性别 sex",
        "salutation": "称谓 称呼 title",
        "phone": "手机 手机号 手机号码 电话 联系电话 电话号码 移动电话 联系方式 mobile tel phonenumber "
        "telephone mobilephone",
        "id_number": "身份证 身份证号 身份证号码 证件号 证件号码 统一社会信用代码 idcard idno",
        "birthday": "生日 出生日期 公历生日 阳历生日 birthdate dateofbirth dob",
        "birthday_lunar": "农历生日 阴历生日 lunarbirthday",
        "occupation": "职业 job profession",
        "company": "公司 单位 工作单位 公司名称 employer",
        "address": "地址 住址 联系地址 家庭地址 通讯地址",
        "referrer": "推荐人 介绍人 转介绍人 referredby",
        "preferences": "偏好 喜好 客户偏好",
        "tags": "标签 客户标签 tag labels",
        "consents": "同意 同意事项 授权 consent",
        "tier": "等级 客户等级 客户级别 级别 会员等级 level",
        "source": "来源 客户来源 信息来源 渠道",
        "consultant": "销售顾问 销售 顾问 所属顾问 salesconsultant sales",
        "notes": "备注 说明 remark remarks note comment",
    },
    "vehicle": {
        "vin": "车架号 vin码 vin号 底盘号 车辆识别代号 车辆识别代码 车架号码 chassisno",
        "customer_ref": "客户编号 客户编码 客户号 客户代码 客户id 车主编号 customerno customerid "
        "customercode ownerref",
        "contact_ref": "联系人编号 接洽人编号 contactid",
        "plate": "车牌 车牌号 车牌号码 牌照号 牌照 platenumber plateno licenseplate licenceplate",
        "brand": "品牌 make",
        "model": "车型 车系 型号 车辆型号",
        "trim": "配置 款型 车款 版本",
        "colour": "颜色 车身颜色 外观颜色 color",
        "energy": "能源 能源类型 燃料 燃料类型 动力类型 动力 fuel fueltype energytype",
        "store": "门店 门店代码 门店编码 店代码 storecode dealer",
        "consultant": "销售顾问 销售 salesconsultant sales",
        "advisor": "服务顾问 sa serviceadvisor",
        "produced_on": "生产日期 出厂日期 制造日期 productiondate",
        "delivered_on": "交车日期 交付日期 提车日期 购车日期 销售日期 deliverydate delivered",
        "licensed_on": "上牌日期 注册日期 登记日期 初次登记日期 registrationdate licencedate",
        "insurer": "保险公司 承保公司 insurancecompany",
        "insurance_until": "保险到期 保险到期日 保险到期日期 保险止期 insuranceexpiry",
        "inspection_due": "年检到期 年检到期日 年检日期 年审到期 inspectionexpiry inspectiondate",
        "mileage": "里程 行驶里程 公里数 当前里程 里程数 km odometer",
        "mileage_on": "里程日期 里程登记日期 mileagedate",
        "sold": "已售 已卖出 是否卖出 已转让 disposed",
    },
    "repair_order": {
        "ref": "工单号 工单编号 维修单号 委托书号 结算单号 单号 ro号 订单号 orderno repairorder rono "
        "workorder",
        "vin": "车架号 vin码 vin号 底盘号 车辆识别代号 车架号码 chassisno",
        "store": "门店 门店代码 门店编码 店代码 storecode dealer",
        "opened_at": "开单时间 开单日期 进厂时间 进厂日期 接车时间 来店时间 送修日期 opened openedon",
        "settled_at": "结算时间 结算日期 完工时间 完工日期 出厂时间 settled settledon closedat",
        "mileage": "里程 行驶里程 公里数 进厂里程 里程数 km odometer",
        "amount": "金额 结算金额 维修金额 费用 总金额 实收金额 total price",
        "items": "项目 维修项目 服务项目 保养项目 作业内容 维修内容 item services",
        "note": "备注 说明 remark remarks notes comment",
    },
}


def plain_header(header: str) -> str:
    """「车架号（VIN）*」 → 「车架号」"""
    said = unicodedata.normalize("NFKC", header).lower()
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", "", said)
    return re.sub(r"[\s_\-*/:.#'\"]", "", bare) or re.sub(r"\W|_", "", said)


def _known() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, fields in _NAMES.items():
        names = {plain_header(field): field for field in fields}
        names |= {name: field for field, said in fields.items() for name in said.split()}
        found[kind] = names
    return found


_KNOWN: Final = _known()


@dataclass(frozen=True, slots=True)
class Columns:
    """`fields`: place in a row → field; `unknown` are imported by nobody, `missing` must be there."""

    kind: str
    fields: Mapping[int, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def columns(kind: str, headers: Sequence[str], said: Mapping[str, str] | None = None) -> Columns:
    """`said`: header → field, or "" for a column to be left out; it beats the names known here."""
    said = {plain_header(header): field for header, field in (said or {}).items()}
    fields: dict[int, str] = {}
    unknown: list[str] = []
    for place, header in enumerate(headers):
        name = plain_header(header)
        field = said.get(name, _KNOWN[kind].get(name))
        if field and field not in fields.values():
            fields[place] = field
        elif header.strip() and field != "":
            unknown.append(header.strip())
    there = {*fields.values()}
    if kind == "customer" and "phone" in there:
        there.add("ref")  # known by the phone alone
    missing = tuple(name for name in KINDS[kind].required if name not in there)
    return Columns(kind, fields, tuple(unknown), missing)


def guess(headers: Sequence[str]) -> str | None:
    """The kind of record whose names most of the headers are; None where two fit as well."""
    found = [columns(kind, headers) for kind in SHEETS.values()]
    best, second, *_ = sorted(found, key=lambda each: -len(each.fields))
    return best.kind if len(best.fields) > max(1, len(second.fields)) else None


def wrong_fields(kind: str, said: Mapping[str, str]) -> list[str]:
    """Fields that a mapping names and the kind does not have."""
    return sorted({field for field in said.values() if field and field not in KINDS[kind].fields})


def signature(headers: Sequence[str]) -> str:
    """The same headers in any order have the same; a saved mapping is found by it."""
    return sha256("\n".join(sorted(map(plain_header, headers))).encode()).hexdigest()
