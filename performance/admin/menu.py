"""The menu at the side: what a person's rights open, in the order of the work."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from performance.admin.inbox import unread
from performance.people.queries import holds
from performance.people.roles import Right

NOTICES = "通知"

_MENU: tuple[tuple[str, tuple[tuple[str, str, str, Right | None], ...]], ...] = (
    (
        "绩效目标",
        (
            ("首页", "home", "admin:index", None),
            (NOTICES, "notifications", "admin:notices", None),
            ("绩效目标", "fact_check", "admin:performance_goal_changelist", Right.SEE_GOALS),
            ("表格导入", "upload_file", "admin:performance_upload_changelist", Right.WRITE_GOALS),
            ("导出", "download", "admin:performance_goal_export", Right.EXPORT_GOALS),
            # those whose roles may be deputised: not who keeps accounts or audits
            ("我的代理", "swap_horiz", "admin:performance_user_deputies", Right.EXPORT_GOALS),
        ),
    ),
    (
        "指标库",
        (
            ("三级指标库", "list_alt", "admin:performance_indicator_changelist", Right.SEE_LIBRARY),
            (
                "指标增补申请",
                "playlist_add",
                "admin:performance_indicatorrequest_changelist",
                Right.WRITE_GOALS,
            ),
            ("指标框架", "account_tree", "admin:performance_frame_changelist", Right.SEE_LIBRARY),
            ("项目类别", "category", "admin:performance_category_changelist", Right.SEE_LIBRARY),
            ("年度", "calendar_month", "admin:performance_year_changelist", Right.MANAGE_LIBRARY),
            (
                "规则级别",
                "rule_settings",
                "admin:performance_rulelevel_changelist",
                Right.MANAGE_LIBRARY,
            ),
            ("目标表", "description", "admin:performance_listing_changelist", Right.MANAGE_LIBRARY),
            ("用款单位", "apartment", "admin:performance_unit_changelist", Right.MANAGE_LIBRARY),
        ),
    ),
    (
        "系统",
        (
            ("用户", "group", "admin:performance_user_changelist", Right.MANAGE_USERS),
            ("操作日志", "policy", "admin:audit", Right.SEE_AUDIT),
        ),
    ),
    (
        "帮助",
        (("使用帮助", "help", "admin:help", None),),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for title, entries in _MENU:
        items = [
            {"title": label, "icon": icon, "link": reverse(name)}
            for label, icon, name, right in entries
            if right is None or holds(request.user, right)
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    entries_shown = [item for group in groups for item in group["items"]]
    _mark_active(request.path, entries_shown)
    for item in entries_shown:
        if item["title"] == NOTICES:
            item["badge"] = unread(request)
    return groups


def _mark_active(path: str, items: list[dict[str, Any]]) -> None:
    """The entry whose address is the longest beginning of this page's; the theme marks them all."""
    home = reverse("admin:index")
    fitting = [
        item
        for item in items
        if path == item["link"] or (item["link"] != home and path.startswith(item["link"]))
    ]
    best = max(fitting, key=lambda item: len(item["link"]), default=None)
    for item in items:
        item["active"] = item is best
