"""Settings from DUBAN_* variables; a bad value stops the start with one clear line."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.model import DubanError


class Settings(BaseSettings):
    """Everything an operator can set. Without DUBAN_TOKEN the built-in chat is opened instead of Telegram."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", env_file=".env", extra="ignore")

    token: SecretStr = SecretStr("")
    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("duban")))
    database_url: str = ""
    api_url: str = ""
    proxy: str = ""
    office: str = Field(default="县牵头办公室", min_length=1, max_length=100)
    timezone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    password: SecretStr = SecretStr("")
    port: int = Field(default=8086, ge=0, le=65535)
    tick_seconds: int = Field(default=30, ge=1, le=300)
    log_level: str = "INFO"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    clock_check: bool = True
    clock_offset: float = Field(default=0.0, ge=-3e9, le=3e9)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("unknown time zone")
        return value

    @field_validator("api_url", "proxy")
    @classmethod
    def _full_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"(?:https?|socks5h?)://[^\s/]+.*", value):
            raise ValueError("an address begins with http://, https:// or socks5://")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _https_address(cls, value: str) -> str:
        if value and not re.fullmatch(
            r"https://[^\s/?#]+(?:/[^\s?#{}]*)?|http://(?:127\.0\.0\.1|localhost)[:/][^\s?#{}]*", value
        ):
            raise ValueError("an address begins with https://")
        if value.endswith("/healthz"):
            raise ValueError("/healthz is the operator's")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", value.get_secret_value()):
            raise ValueError("32 to 256 characters out of A-Z a-z 0-9 _ -")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
        return value.upper()

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)


def load() -> Settings:
    """Read the settings. Raises DubanError settings_bad naming the first wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "DUBAN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise DubanError("settings_bad", name=name, reason=first["msg"].removeprefix("Value error, ")) from None
