"""Dates and times as people read them, in Chinese and English, always in China time."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext, ngettext

from carbonfoot import clock
from carbonfoot.languages import english

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"


def as_day(value: dt.date | dt.datetime) -> dt.date:
    """The calendar day in China of a date or an aware moment."""
    return value.astimezone(clock.CHINA).date() if isinstance(value, dt.datetime) else value


def format_day(value: dt.date | dt.datetime, language: str | None = None) -> str:
    """2026年9月16日, or 16 September 2026."""
    day = as_day(value)
    if english(language):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def format_day_short(value: dt.date | dt.datetime, language: str | None = None) -> str:
    """9月16日, or 16 Sep; with the year when it is not this one."""
    day = as_day(value)
    this_year = day.year == clock.today().year
    if english(language):
        return f"{day.day} {_MONTHS[day.month - 1][:3]}" + ("" if this_year else f" {day.year}")
    return ("" if this_year else f"{day.year}年") + f"{day.month}月{day.day}日"


def format_month(value: dt.date, language: str | None = None) -> str:
    """2026年9月, or September 2026."""
    if english(language):
        return f"{_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月"


def format_weekday(value: dt.date | dt.datetime, language: str | None = None) -> str:
    """9月16日星期三, or Wednesday 16 September."""
    day = as_day(value)
    if english(language):
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日星期{_WEEKDAYS_ZH[day.weekday()]}"


def format_moment(value: dt.datetime, *, seconds: bool = False) -> str:
    """2026-09-16 10:38, the form used in tables and logs of both languages."""
    return value.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def format_due(value: dt.date | dt.datetime) -> str:
    """How far off a deadline is: in 2 days, today, 2 days late."""
    days = (as_day(value) - clock.today()).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days > 0:
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}


def is_late(value: dt.date | dt.datetime) -> bool:
    """Whether a deadline has passed. The day itself still counts."""
    return as_day(value) < clock.today()


def format_seconds(seconds: float) -> str:
    """A short duration: 12 seconds, 3 minutes."""
    whole = round(seconds)
    if whole < 90:
        return ngettext("%(count)d second", "%(count)d seconds", whole) % {"count": whole}
    minutes = round(whole / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
