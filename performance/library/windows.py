"""When a year's goals may be filled in. Pure: the caller says what time it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def window_problem(
    year: int, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str:
    """Why nothing may be filled in now, as a sentence, or ""; a year without a window is open."""
    if opens_at and now < opens_at:
        return f"{year}年度的填报将于{spoken(opens_at)}开始，现在还不能保存和送审。"
    if closes_at and now >= closes_at:
        return (
            f"{year}年度的填报已于{spoken(closes_at)}截止，不能再保存和送审；"
            "确需修改的，请联系业务管理员。"
        )
    return ""


def spoken(at: datetime) -> str:
    """In the time of the office, whatever the machine's is."""
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M")
