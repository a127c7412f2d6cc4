"""When a year's goals may be filled in. Pure: the caller says what time it is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def window_problem(
    year: int, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str:
    """Why nothing may be filled in now, as a sentence, or ""; a year without a window is open."""
    if opens_at and now < opens_at:
        return f"{year}年度的填报将于{spoken(opens_at)}（北京时间）开始，现在还不能保存和送审。"
    if closes_at and now >= closes_at:
        return (
            f"{year}年度的填报已于{spoken(closes_at)}（北京时间）截止，不能再保存和送审；"
            "确需修改的，请联系业务管理员。"
        )
    return ""


def spoken(at: datetime) -> str:
    """In the time of the office, whatever the machine's is."""
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M")


def window_told(
    opens_at: datetime | None, closes_at: datetime | None, now: datetime, exempt: bool = False
) -> str:
    """The window as a line above a form, or "" where there is none.

    Whom it does not bind is told so while it binds the others.
    """
    free = "；您不受填报时间限制，仍可保存" if exempt else ""
    if opens_at and now < opens_at:
        left = _left(opens_at - now)
        return f"填报开始：{spoken(opens_at)}（北京时间），{left}{free}"
    if closes_at and now < closes_at:
        return f"填报截止：{spoken(closes_at)}（北京时间），{_left(closes_at - now)}"
    return f"填报截止：{spoken(closes_at)}（北京时间），已截止{free}" if closes_at else ""


def _left(time: timedelta) -> str:
    if time.days:
        return f"还有 {time.days} 天"
    hours = time.seconds // 3600
    return f"还有 {hours} 小时" if hours else "不到 1 小时"
