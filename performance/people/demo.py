"""The public accounts of the demo, one for each role.

They can log in only while DEMO is on (people/login.py).
"""

from dataclasses import dataclass

DEMO_PASSWORD = "demo-2025"


@dataclass(frozen=True)
class DemoAccount:
    username: str
    full_name: str
    role: str
    unit_code: str | None
    label: str
    password: str = DEMO_PASSWORD


DEMO_ACCOUNTS = (
    DemoAccount("clerk", "张敏", "clerk", "101009", "填报人（区政数局）"),
    DemoAccount("leader", "赵建华", "unit_reviewer", "101009", "单位审核人（区政数局）"),
    DemoAccount("reviewer", "李国强", "reviewer", "101", "主管部门审核人"),
    DemoAccount("finance", "周敏", "finance_reviewer", None, "财政审核人"),
    DemoAccount("bureau", "王芳", "bureau", None, "业务管理员"),
    DemoAccount("auditor", "孙立", "auditor", None, "审计员"),
    DemoAccount("sysadmin", "陈伟", "system", None, "系统管理员"),
)
