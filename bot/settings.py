"""Settings: environment variables, or the same names in `.env`. Nonsense is refused by name."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("不是时区，请写Asia/Shanghai这样的名称") from None
    return name


def _database(url: str) -> str:
    if not re.match(r"^(sqlite://.+|postgres(ql)?://.+)$", url):
        raise ValueError(
            "不是数据库地址，请写sqlite://var/cheyu.db或postgres://用户:密码@主机/库名"
        )
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError("的端口不是数字；密码里的@、/、:要写成%40、%2F、%3A") from None
    return url.replace("postgresql://", "postgres://", 1)


def _web_address(url: str) -> str:
    if not re.match(r"^https?://[^/\s]+(/\S*)?$", url):
        raise ValueError("不是网址，要以http://或https://开头")
    return url.rstrip("/")


def _aes_key(key: SecretStr) -> SecretStr:
    if key.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{43}", key.get_secret_value()):
        raise ValueError("不是EncodingAESKey，请从公众平台复制那43位字母和数字；留空就是明文模式")
    return key


def _given(secret: SecretStr) -> SecretStr:
    if not all(part.strip() for part in secret.get_secret_value().split(",")):
        raise ValueError("是空的")
    return secret


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", token.get_secret_value()):
        raise ValueError("不是Token，请写公众平台上设的3到32位字母和数字")
    return token


class Settings(BaseSettings):
    """What an installation can set; the names are those of the environment without `CHEYU_`."""

    model_config = SettingsConfigDict(env_prefix="CHEYU_", env_file=".env", extra="ignore")

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite://var/cheyu.db", description="数据库：sqlite://…或postgres://…"
    )
    host: str = Field("127.0.0.1", description="监听的地址")
    port: int = Field(8080, ge=1, le=65535, description="监听的端口")
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "http://127.0.0.1:8080", description="客户和微信访问本服务的网址"
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "Asia/Shanghai", description="没写时区的门店用的时区"
    )
    secret_key: Annotated[SecretStr, AfterValidator(_given)] = Field(
        description="32个以上的随机字符；换密钥时写几个，用逗号隔开"
    )
    wechat_app_id: str = Field(
        pattern=r"^wx[0-9A-Za-z]{16}$", description="公众号的AppID，wx开头共18位"
    )
    wechat_app_secret: Annotated[SecretStr, AfterValidator(_given)] = Field(
        description="公众号的AppSecret"
    )
    wechat_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="消息与事件推送里的Token"
    )
    wechat_aes_key: Annotated[SecretStr, AfterValidator(_aes_key)] = Field(
        SecretStr(""), description="EncodingAESKey；留空就是明文模式"
    )
    wechat_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "https://api.weixin.qq.com", description="微信接口的网址，或模拟器的网址"
    )
    media_dir: str = Field(
        "var/media", min_length=1, description="投诉的照片和语音加密存放的文件夹"
    )
    send_rate: float = Field(500, ge=1, le=100_000, description="每个进程、每个渠道每秒最多发几条")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="日志的详细程度"
    )
    log_format: Literal["console", "json"] = Field("console", description="日志格式：console或json")


def _problem(kind: str, limits: Mapping[str, Any], said: str) -> str:
    """What is wrong with a value; the words of our own checks come as they are."""
    match kind:
        case "value_error":
            return said.removeprefix("Value error, ")
        case "missing":
            return "没有设置"
        case "greater_than_equal":
            return f"要不小于{limits['ge']}"
        case "less_than_equal":
            return f"要不大于{limits['le']}"
        case "literal_error":
            return f"只能是{limits['expected'].replace(' or ', '、').replace(', ', '、')}"
        case "int_parsing" | "float_parsing":
            return "不是数字"
        case _:
            return "写法不对"


def load(**given: Any) -> Settings:
    """The settings in force; `given` beats the environment. Raises ConfigError naming all bad ones."""
    try:
        return Settings(**given)
    except ValidationError as refused:
        first, *others = refused.errors()
        name = str(first["loc"][0])
        hint = Settings.model_fields[name].description or ""
        more = "、".join(f"CHEYU_{str(one['loc'][0]).upper()}" for one in others)
        raise ConfigError(
            f"CHEYU_{name.upper()}",
            _problem(first["type"], first.get("ctx", {}), first["msg"]),
            f"它是{hint}。" + (f"另外缺少或不对的：{more}。" if more else ""),
        ) from None
