"""Rows below a table that people sign: who filled it in, when, and where to call."""

import re
from collections.abc import Sequence

_WHO = (
    r"(?:(?:单位|部门|项目|财务|分管|主管|主要|科室|股室)?(?:领导|负责人)"
    r"|(?:填报|填表|编制|审批|经办|联系|录入|报送)人员?|(?:制表|审核|复核|经办|审批)人?)"
)
_WHAT = (
    r"(?:(?:联系|办公)?(?:电话|手机)(?:号码)?|(?:填报|填表|制表|编制|审核|上报)?(?:日期|时间)"
    r"|单位(?=盖章|公章|签章))"
)
_SIGN = r"(?:盖章|签字|签章|签名|公章)"
_LABEL = re.compile(rf"(?:(?:{_WHO}|{_WHAT}){_SIGN}?|{_SIGN})(?:[（(].{{0,12}}?[）)])?")
_COLON = re.compile(r"[:：]")
_LONGEST = 60
_ALONE = 2  # a label, and what stands beside it


def is_signature(text: str) -> bool:
    """Such a label with a colon, alone or with what it asks for: 填报人：李四."""
    if len(text) > _LONGEST or not _COLON.search(text):
        return False
    return is_label(_COLON.split(text, maxsplit=1)[0])


def is_label(text: str) -> bool:
    """Such a label, with or without a colon."""
    if not text or len(text) > _LONGEST:
        return False
    label = _COLON.split("".join(text.split()), maxsplit=1)[0]
    return bool(_LABEL.fullmatch(label))


def is_signed(texts: Sequence[str], level3: str) -> bool:
    """Whether a row with these texts is signed, whatever happens to stand in its columns."""
    said = [text for text in texts if text]
    several = sum(map(is_signature, said)) > 1
    if is_signature(level3):
        return several or len(said) <= _ALONE
    if not said or not is_label(said[0]) or said[0] == level3:
        return False
    return not level3 or is_label(level3) or several
