"""The declaration form (申报表, 填报表): a project's head, its goals and its indicators."""

from performance.sheets.layouts.declared import Column
from performance.sheets.layouts.forms.declared import FormLayout, Money
from performance.sheets.layouts.listing import (
    LISTING,
    MEASURE,
    OF_A_YEAR,
    OF_NO_PERIOD,
    SIGN,
    WEIGHT,
)

_COLUMNS = {column.field: column for column in LISTING.columns}

LABELS = (
    Column(
        "unit",
        "用款单位",
        (
            "实施单位",
            "项目实施单位",
            "项目单位",
            "预算单位",
            "单位名称",
            "用款单位名称",
            "预算单位名称",
            "项目单位名称",
            "申报单位",
            "填报单位",
            "编制单位",
            "部门名称",
        ),
    ),
    Column("unit_code", "单位编码", ("单位代码", "预算单位编码", "预算单位代码", "用款单位编码")),
    Column("project", "项目名称"),
    Column("project_code", "项目代码", ("项目编码", "项目编号")),
    Column("category", "项目类别", ("项目类型", "项目属性")),
    Column(
        "overall_goal",
        "总体绩效目标",
        (
            "长期目标",
            "长期绩效目标",
            "实施周期绩效目标",
            "实施周期目标",
            "实施期绩效目标",
            "实施期目标",
            "实施期总目标",
            "中期目标",
            "中期绩效目标",
            "项目总目标",
            "项目总体目标",
            "项目总体绩效目标",
            "总体目标",
        ),
    ),
    Column(
        "annual_goal",
        "年度绩效目标",
        (
            "年度目标",
            "当年绩效目标",
            "当年目标",
            "本年度绩效目标",
            "预期目标",
            "年度预期目标",
            "年度总体目标",
            "年度总体绩效目标",
            "年初设定目标",
        ),
    ),
    Column("goal", "绩效目标", ("项目绩效目标", "项目目标")),  # the only box of some forms
)
BLOCK = (
    _COLUMNS["level1"],
    _COLUMNS["level2"],
    Column(
        "level3",
        "三级指标",
        ("三级指标名称", "三级绩效指标", "指标名称", "指标内容", "绩效指标内容"),
    ),
    _COLUMNS["cycle_value"],
    Column("annual_value", "年度指标值", OF_A_YEAR),
    Column("value", OF_NO_PERIOD[0], OF_NO_PERIOD[1:]),
    WEIGHT,
    SIGN,
    MEASURE,
)
GROUPS = (
    "绩效指标",
    "年度绩效指标",
    "长期绩效指标",
    "中期绩效指标",
    "实施周期绩效指标",
    "实施期绩效指标",
    "主管部门",
    "主管部门及代码",
    "项目性质",
    "项目期",
    "项目周期",
    "项目起止时间",
    "起止时间",
    "计划开始日期",
    "计划完成日期",
    "项目负责人",
    "项目联系人",
    "联系人",
    "联系电话",
    "填报人",
    "填报人电话",
    "填报日期",
    "项目资金",
    "项目概况",
    "立项依据",
    "备注",
    "指标解释",
)
_MONEY = (
    Money(
        "total",
        "cycle",
        ("实施期资金总额", "实施周期资金总额", "项目资金总额", "中期资金总额", "项目总投资"),
    ),
    Money(
        "total",
        "annual",
        ("年度资金总额", "年度资金申请总额", "年度预算金额", "年度预算", "当年预算金额"),
    ),
    Money("fiscal", "", ("财政拨款", "财政资金", "当年财政拨款", "本级财政拨款")),
    Money("carried", "", ("上年结转资金", "上年结转")),
    Money("other", "", ("其他资金",)),
)

DECLARATION = FormLayout(
    name="declaration",
    label="绩效目标申报表",
    sheet_name="申报表",
    default_title="{year}年项目绩效目标",
    columns=LISTING.columns,
    labels=LABELS,
    block=BLOCK,
    groups=GROUPS,
    money=_MONEY,
)
