"""The fiscal platform's flat template: sign, value and unit of measure in columns of their own."""

from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.listing import LISTING, MEASURE, SIGN

PLATFORM = ListLayout(
    name="platform",
    label="财政平台导入模板",
    sheet_name="项目绩效目标",
    default_title="{year}年项目支出绩效目标",
    columns=LISTING.columns,
    needed=LISTING.needed,
    one_of=("sign", "measure"),
    beside=(
        *LISTING.beside,
        SIGN,
        MEASURE,
    ),
)
