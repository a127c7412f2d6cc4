"""The bureau's yearly list: ten columns, one row per indicator."""

from performance.sheets.layouts.declared import Column, ListLayout

LISTING = ListLayout(
    name="listing",
    label="绩效目标汇总表",
    sheet_name="绩效目标",
    default_title="{year}年项目绩效目标",
    columns=(
        Column("unit", "用款单位", ("项目单位", "预算单位", "单位", "实施单位"), 16.38),
        Column("project", "项目名称", ("项目",), 14.22),
        Column("category", "项目类别", ("项目类型",), 23.58),
        Column(
            "overall_goal",
            "总体绩效目标",
            ("总体目标", "实施周期绩效目标", "实施周期目标", "中期目标", "中期绩效目标"),
            48.24,
            left=True,
        ),
        Column(
            "annual_goal",
            "年度绩效目标",
            ("年度目标", "当年绩效目标", "当年目标"),
            42.12,
            left=True,
        ),
        Column("level1", "一级指标", ("一级指标名称",), 13.32),
        Column("level2", "二级指标", ("二级指标名称",), 17.82),
        Column("level3", "三级指标", ("三级指标名称",), 37.26),
        Column(
            "cycle_value", "实施周期指标值", ("周期指标值", "中期指标值", "实施期指标值"), 19.98
        ),
        Column("annual_value", "年度指标值", ("当年指标值", "指标值"), 16.38),
    ),
    needed=("level3", "project"),
    merged=("project", "overall_goal", "annual_goal"),
)
