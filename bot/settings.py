"""Settings: environment variables, or the same names in `.env`. Nonsense is refused by name."""

import re
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
        raise ValueError("is not a time zone; use a name such as Asia/Shanghai") from None
    return name


def _database(url: str) -> str:
    if not re.match(r"^(sqlite://.+|postgres(ql)?://.+)$", url):
        raise ValueError(
            "is not a database; use sqlite://var/cheyu.db or postgres://user:password@host/name"
        )
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError(
            "has a port that is not a number; an @, / or : in a password is %40, %2F, %3A"
        ) from None
    return url.replace("postgresql://", "postgres://", 1)


def _web_address(url: str) -> str:
    if not re.match(r"^https?://[^/\s]+(/\S*)?$", url):
        raise ValueError("is not a web address; it starts with http:// or https://")
    return url.rstrip("/")


def _aes_key(key: SecretStr) -> SecretStr:
    if key.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{43}", key.get_secret_value()):
        raise ValueError(
            "is not an EncodingAESKey; copy its 43 letters and digits from the console,"
            " or leave it empty for plain mode"
        )
    return key


def _given(secret: SecretStr) -> SecretStr:
    if not all(part.strip() for part in secret.get_secret_value().split(",")):
        raise ValueError("is empty")
    return secret


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", token.get_secret_value()):
        raise ValueError("is not a Token; it is the 3 to 32 letters and digits set in the console")
    return token


class Settings(BaseSettings):
    """What an installation can set; the names are those of the environment without `CHEYU_`."""

    model_config = SettingsConfigDict(env_prefix="CHEYU_", env_file=".env", extra="ignore")

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite://var/cheyu.db", description="where everything is kept: sqlite://… or postgres://…"
    )
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8080, ge=1, le=65535, description="the port to listen on")
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "http://127.0.0.1:8080", description="how customers and WeChat reach this server"
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "Asia/Shanghai", description="the time zone of a store that names none"
    )
    secret_key: Annotated[SecretStr, AfterValidator(_given)] = Field(
        description="32 or more random characters; several, comma-separated, rotate"
    )
    wechat_app_id: str = Field(pattern=r"^wx[0-9A-Za-z]{16}$", description="AppID: wx…")
    wechat_app_secret: Annotated[SecretStr, AfterValidator(_given)] = Field(
        description="AppSecret of the account"
    )
    wechat_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="Token of 消息与事件推送"
    )
    wechat_aes_key: Annotated[SecretStr, AfterValidator(_aes_key)] = Field(
        SecretStr(""), description="EncodingAESKey; empty: plain mode"
    )
    wechat_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "https://api.weixin.qq.com", description="the platform's API, or an emulator's"
    )
    media_dir: str = Field(
        "var/media", min_length=1, description="where photos and voices of complaints lie, sealed"
    )
    send_rate: float = Field(
        500, ge=1, le=100_000, description="the most messages a second, by each process and channel"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="how much is logged"
    )
    log_format: Literal["console", "json"] = Field("console", description="console or json")


def load(**given: Any) -> Settings:
    """The settings in force; `given` beats the environment. Raises ConfigError naming all bad ones."""
    try:
        return Settings(**given)
    except ValidationError as refused:
        first, *others = refused.errors()
        name = str(first["loc"][0])
        hint = Settings.model_fields[name].description or "See the README."
        problem = "is missing" if first["type"] == "missing" else first["msg"]
        more = ", ".join(f"CHEYU_{str(one['loc'][0]).upper()}" for one in others)
        raise ConfigError(
            f"CHEYU_{name.upper()}",
            problem.removeprefix("Value error, "),
            f"It is {hint}." + (f" Also missing or wrong: {more}." if more else ""),
        ) from None
