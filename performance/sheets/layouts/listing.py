"""The bureau's yearly list: ten columns, one row per indicator."""

from performance.sheets.layouts.declared import Column, ListLayout

CODES = (
    Column(
        "unit_code",
        "单位编码",
        (
            "单位代码",
            "预算单位编码",
            "预算单位代码",
            "用款单位编码",
            "项目单位编码",
            "实施单位编码",
        ),
    ),
    Column("category_code", "项目类别编码", ("项目类别代码", "类别编码")),
    Column("level1_code", "一级指标编码", ("一级指标代码",)),
    Column("level2_code", "二级指标编码", ("二级指标代码",)),
    Column("level3_code", "三级指标编码", ("三级指标代码", "指标编码", "指标代码")),
)
PROJECT_CODE = Column("project_code", "项目编码", ("项目代码", "项目编号"))
WEIGHT = Column("weight", "分值", ("权重", "分值权重", "分值/权重", "指标权重", "指标分值"))

SIGN = Column(
    "sign",
    "计算符号",
    (
        "符号",
        "运算符号",
        "比较符号",
        "指标符号",
        "指标性质",
        "绩效指标性质",
        "比较",
        "比较关系",
        "指标方向",
    ),
)
MEASURE = Column(
    "measure",
    "计量单位",
    (
        "度量单位",
        "绩效度量单位",
        "绩效指标度量单位",
        "指标值单位",
        "指标值计量单位",
        "指标单位",
        "指标度量单位",
    ),
)

OF_A_YEAR = (
    "当年指标值",
    "本年指标值",
    "本年度指标值",
    "年度目标值",
    "当年目标值",
    "本年目标值",
    "本年度目标值",
    "年初目标值",
    "年初指标值",
    "年度绩效指标值",
    "年度计划值",
    "年度预期值",
    "当年预期实现值",
)
OF_NO_PERIOD = (
    "指标值",
    "目标值",
    "绩效指标值",
    "计划指标值",
    "计划值",
    "预期指标值",
    "预期目标值",
    "预期值",
    "指标数值",
    "数值",
    "值",
)
"""A list means the year's value by these, a form that of the period its block is about."""

LISTING = ListLayout(
    name="listing",
    label="绩效目标汇总表",
    sheet_name="绩效目标",
    default_title="{year}年项目绩效目标",
    columns=(
        Column(
            "unit",
            "用款单位",
            (
                "用款单位名称",
                "项目单位",
                "预算单位",
                "预算单位名称",
                "单位",
                "单位名称",
                "实施单位",
                "项目实施单位",
                "项目单位名称",
                "填报单位",
            ),
            16.38,
        ),
        Column("project", "项目名称", ("项目",), 14.22),
        Column("category", "项目类别", ("项目类型", "项目类别名称", "项目属性"), 23.58),
        Column(
            "overall_goal",
            "总体绩效目标",
            (
                "总体目标",
                "实施周期绩效目标",
                "实施周期目标",
                "实施期绩效目标",
                "实施期目标",
                "实施期总目标",
                "中期目标",
                "中期绩效目标",
                "长期目标",
                "长期绩效目标",
                "中长期目标",
                "中长期绩效目标",
                "总目标",
                "项目总目标",
                "项目总体目标",
                "项目总体绩效目标",
            ),
            48.24,
            left=True,
        ),
        Column(
            "annual_goal",
            "年度绩效目标",
            (
                "年度目标",
                "当年绩效目标",
                "当年目标",
                "年度总体目标",
                "年度总体绩效目标",
                "本年度目标",
                "本年度绩效目标",
                "本年目标",
                "本年绩效目标",
                "年初设定目标",
            ),
            42.12,
            left=True,
        ),
        Column(
            "level1",
            "一级指标",
            (
                "一级指标名称",
                "一级绩效指标",
            ),
            17,
        ),
        Column(
            "level2",
            "二级指标",
            (
                "二级指标名称",
                "二级绩效指标",
            ),
            17.82,
        ),
        Column(
            "level3", "三级指标", ("三级指标名称", "三级绩效指标", "指标名称", "指标内容"), 37.26
        ),
        Column(
            "cycle_value",
            "实施周期指标值",
            (
                "周期指标值",
                "中期指标值",
                "实施期指标值",
                "长期指标值",
                "总体指标值",
                "中长期指标值",
                "实施周期目标值",
                "实施周期绩效指标值",
                "实施期目标值",
                "中期目标值",
                "长期目标值",
                "中长期目标值",
                "总体目标值",
            ),
            19.98,
        ),
        Column(
            "annual_value",
            "年度指标值",
            (*OF_A_YEAR, *OF_NO_PERIOD),
            16.38,
        ),
    ),
    needed=("level3", "project"),
    merged=("project", "overall_goal", "annual_goal"),
    beside=(*CODES, PROJECT_CODE, WEIGHT),
)
