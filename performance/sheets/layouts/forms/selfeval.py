"""The self-evaluation form (自评表): only its goal part is read."""

from performance.sheets.layouts.forms.declaration import BLOCK, GROUPS, LABELS
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.listing import LISTING

_DONE = ("实际完成情况", "实际完成值", "全年实际完成值", "完成值", "全年实际完成情况")

SELFEVAL = FormLayout(
    name="selfeval",
    label="绩效自评表（目标部分）",
    sheet_name="自评表",
    default_title="{year}年项目支出绩效自评表",
    columns=LISTING.columns,
    labels=LABELS,
    block=BLOCK,
    groups=(
        *GROUPS,
        "年度资金总额",
        "其中:财政拨款",
        "其中:当年财政拨款",
        "当年财政拨款",
        "上年结转资金",
        "其他资金",
    ),
    left_out=(
        "年初预算数",
        "全年预算数",
        "全年执行数",
        "预算数",
        "执行数",
        "执行率",
        "得分",
        "自评得分",
        *_DONE,
        "偏差原因分析及改进措施",
        "偏差原因分析",
        "未完成原因分析",
        "总分",
    ),
    marks=_DONE,
)
