"""The words that values are written in, lists to be added to freely, and their patterns. Pure."""

import re
from collections.abc import Iterable
from enum import Enum


def _listed(text: str) -> list[str]:
    return text.split()


class Op(Enum):
    GE = "≥"
    GT = ">"
    LE = "≤"
    LT = "<"
    EQ = "="
    APPROX = "≈"
    BETWEEN = "~"


# As they stand after NFKC: full-width signs are half-width by then.
SIGNS = {
    **dict.fromkeys((">=", "=>", "≥", "≧", "⩾"), Op.GE),
    **dict.fromkeys(("<=", "=<", "≤", "≦", "⩽"), Op.LE),
    **dict.fromkeys((">", "》", "〉"), Op.GT),  # typed on a Chinese keyboard
    "<": Op.LT,
    "=": Op.EQ,
    "≈": Op.APPROX,
}
_MORE = ("超过", "高于", "大于", "多于")
_LESS = ("低于", "小于", "少于")
_NOT = ("不", "不得", "不应", "不能")
PREFIXES = {
    **SIGNS,
    **dict.fromkeys((*_MORE, "超", "超出"), Op.GT),
    **dict.fromkeys((*_LESS, "不足", "不满"), Op.LT),
    **dict.fromkeys((no + word for no in _NOT for word in _LESS), Op.GE),
    **dict.fromkeys((no + word for no in _NOT for word in _MORE), Op.LE),
    **dict.fromkeys(("至少", "最少", "大于等于", "大于或等于"), Op.GE),
    **dict.fromkeys(("至多", "最多", "小于等于", "小于或等于", "控制在"), Op.LE),
    **dict.fromkeys(("约", "大约"), Op.APPROX),
    "等于": Op.EQ,
}
SUFFIXES = {
    **dict.fromkeys(("以上", "及以上"), Op.GE),
    **dict.fromkeys(("以下", "及以下", "以内", "之内"), Op.LE),
    **dict.fromkeys(("以外", "(不含)以上", "以上(不含)"), Op.GT),
    **dict.fromkeys(("(不含)以下", "以下(不含)"), Op.LT),
    "左右": Op.APPROX,
    "之间": Op.BETWEEN,
}
# Only where nothing else follows the unit: 5天内, but not 5个室内.
AFTER_UNIT = {"内": Op.LE}
# These yield to any other word (控制在90%以上), and with two numbers mean between.
WEAK = frozenset({"控制在", "以内", "之内"})

# What may stand before a number: verbs add nothing, scopes say of what the number is.
VERBS = _listed("达到 达 完成 实现 确保 保持 保持在 维持在 稳定在 为 共 共计 合计 总计 预计 计划")
SCOPES = _listed(
    "人均 户均 年均 平均 每人 每户 全年 全区 累计 同比 "
    "增长 增加 新增 提高 提升 下降 降低 减少 压减 节约"
)

MEASURES = _listed(
    "百分比 个百分点 百分点 倍 元 美元 港元 港币 人 人次 名 位 户 户次 家 家次 个 只 项 项次 "
    "件 件次 份 篇 张 本 册 卷 页 字 套 台 台次 条 路 处 座 栋 幢 所 间 层 站 点 口 辆 辆次 "
    "架 架次 艘 支 块 片 根 枚 副 面 幅 盏 盒 箱 标箱 袋 瓶 桶 包 株 棵 头 宗 起 例 笔 单 票 "
    "款 种 类 门 部 首 集 节 讲 批 批次 期 轮 届 次 场 场次 班 班次 频次 车次 标段 课时 学时 "
    "学分 分 人日 人天 人月 工日 工作日 个工作日 天 日 周 小时 分钟 秒 年 个月 个季度 个学期 "
    "公里 千米 米 延米 厘米 毫米 平方米 平方公里 立方米 亩 公顷 吨 公斤 千克 克 升 毫升 度 "
    "千瓦 千瓦时 kWh km m2 m3 kg MB GB TB PB Mbps Gbps"
)
# After "/" and "·", besides the measures.
PER = _listed("月 季 季度 日 学期 学生 车 房 村 镇 街道 社区 学校")
ALIASES = {"百分比": "%", "m2": "平方米", "m3": "立方米", "km": "公里", "kg": "公斤"}
RATES = frozenset({"%", "‰"})

NOTHING = frozenset(
    _listed("/ // \\ 无 暂无 没有 空 不涉及 未涉及 不适用 待定 待填 n/a na none null nil")
)
BLANKS = "*_-×xX?.○〇□"

PERIODS = _listed("年 半年 季 季度 月 周 星期 天 日 学期")
ORDINALS = _listed("月 号 级 星")  # a number before these counts nothing
TIMES = frozenset(_listed("前 后 之前 之后 以前 以后"))
UNTIL = _listed("不晚于 不迟于 最迟 截至 截止 截止到 于 在 ≤ <=")
BEFORE = _listed("之前 以前 前 之内 以内 内 止")
DONE = _listed("完成 全部完成 全面完成 完工 竣工 交付 上线")

SAID = {
    Op.GE: "不少于",
    Op.GT: "大于",
    Op.LE: "不超过",
    Op.LT: "小于",
    Op.EQ: "等于",
    Op.APPROX: "约",
    Op.BETWEEN: "",
}


def _any(listed: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(listed, key=len, reverse=True))) + ")"


UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-") | dict.fromkeys(map(ord, "〜∼"), "~")
ITEM_NUMBER = re.compile(r"[\u2460-\u249b\u2776-\u2793]")
NOTE = re.compile(r"(?<=.)\((?!不含\))[^()]*\)")

_MEASURE = _any(MEASURES)
_COUNT = f"(?:{_MEASURE}|[百千万亿]{{1,2}}{_MEASURE}|[万亿])"
_PER = _any([*MEASURES, *PER])
_UNIT = f"(?:(?:[%‰]|{_COUNT})(?:/{_PER})?(?:·{_PER})?)"
_SIGN, _PREFIX, _SUFFIX = _any(SIGNS), _any(PREFIXES), _any(SUFFIXES)
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"

SKELETON = re.compile(f"{_PREFIX}?{_UNIT}?{_SUFFIX}?|年?月?日?底?前?")
ISO_DATE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
DEADLINE = re.compile(
    rf"(?P<until>{_any(UNTIL)}?)"
    r"(?:(?P<year>(?:19|20)[0-9]{2})年|[当本]年度?)?"
    r"(?:(?P<month>[0-9]{1,2})月份?(?:(?P<day>[0-9]{1,2})[日号]?)?)?"
    rf"(?P<end>年?[底末])?(?P<before>{_any(BEFORE)}?{_any(DONE)}?)"
)
RATE_TEXT = re.compile(
    f"每{_any(PERIODS)}|[一二三四1-4]季度|[上下]半年|[0-9][×xX*][0-9]+(?:小时|天|h)"
)
SIMPLE = re.compile(
    rf"(?:(?P<noun>[^\W\d_]{{1,20}}):?(?={_SIGN})|(?P<lead>{_any(VERBS + SCOPES)}))??"
    rf"(?P<prefix>{_PREFIX}{{0,2}})(?P<number>[-+]?{_DIGITS})(?P<over>[余多](?={_UNIT}))?"
    rf"(?P<unit>{_UNIT})?"
    rf"(?:(?:-{{1,2}}|~{{1,2}}|至|到)(?P<upper>{_DIGITS})(?P<upper_unit>{_UNIT})?)?(?P<rest>.*)"
)
UNCOUNTED = re.compile(f"[ -~]|{_any(ORDINALS)}")
OBJECT = re.compile(r"(?![0-9]+\Z)[\w《》“”·]*")
COUNTED = re.compile(rf"(?<![0-9])(?!(?:19|20)[0-9]{{2}}年)[0-9]+(?:{_UNIT}|[月号])")
SEPARATOR = re.compile(
    rf"[、;]|(?<![0-9]),|,(?![0-9]{{3}}(?![0-9]))|(?<=[^0-9])[和及与](?=[0-9]|{_SIGN})"
)
PREFIX = re.compile(_PREFIX)
SUFFIX_FIRST = re.compile(_SUFFIX)
SUFFIX_LAST = re.compile(f"{_SUFFIX}$")
