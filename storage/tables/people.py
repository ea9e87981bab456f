"""Office, settings, calendar, agencies and people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Office(Base):
    """牵头办公室: the tenant. `timezone` is an IANA name."""

    __tablename__ = "office"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    created_at: Mapped[datetime]


class Setting(Base):
    """One setting of an office, by key; values are JSON."""

    __tablename__ = "setting"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]


class CalendarOverride(Base):
    """A day whose working state the office sets itself, above every other source."""

    __tablename__ = "calendar_override"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")


class CalendarNotice(Base):
    """A year's holiday notice (放假通知) as the office entered it: below the overrides, above every other source.

    `days` maps ISO dates to whether they are worked, for the days that the notice names; `words` is its text.
    """

    __tablename__ = "calendar_notice"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[dict[str, Any]]
    words: Mapped[str]
    by: Mapped[str] = mapped_column(String(40))
    imported_at: Mapped[datetime]


class ChatGroup(Base):
    """工作群: a group chat the bot was put into. `bound_at` is set once a coordinator took it on; `left_at` ends it."""

    __tablename__ = "chat_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    title: Mapped[str] = mapped_column(default="")
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]
    bound_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    bound_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class Agency(Base):
    """责任单位. A collective (各乡镇人民政府) is one agency until its members are known."""

    __tablename__ = "agency"
    __table_args__ = (UniqueConstraint("office_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(200))
    is_collective: Mapped[bool] = mapped_column(default=False)


class AgencyAlias(Base):
    """Another spelling of an agency that a person confirmed."""

    __tablename__ = "agency_alias"
    __table_args__ = (UniqueConstraint("office_id", "alias"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    alias: Mapped[str] = mapped_column(String(200))


class Person(Base):
    """Somebody the office knows. Identity is the messenger's numeric user id, set when an invitation is used."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_user_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    unreachable_since_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A person's role in the office (coordinator, leader); ended, never deleted."""

    __tablename__ = "role"
    __table_args__ = (Index("ix_role_person_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(16))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Contact(Base):
    """联络员: a person's place in an agency; the lowest `rank` in a position is asked first.

    `away_from_on` and `away_until_on` are the first and the last day of a leave; without a first day it has begun.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_agency_id", "agency_id"),
        Index("ix_contact_person_id", "person_id"),
        Index("ix_contact_away_until_on", "away_until_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    position: Mapped[str] = mapped_column(String(16), default="contact")
    since_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    rank: Mapped[int] = mapped_column(default=0)
    away_from_on: Mapped[date | None]
    away_until_on: Mapped[date | None]


class Invitation(Base):
    """A one-time deep link. Only the token's SHA-256 is kept; `claimed_*` is set at /start, `used_at` at 是我."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_user_id: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
