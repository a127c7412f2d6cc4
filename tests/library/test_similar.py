"""Which names are near to a new one: real names of the demo's library."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from performance.library.similar import GOOD, likeness, most_similar

LIBRARY = json.loads(
    (Path(settings.BASE_DIR) / "fixtures/demo-2025.json").read_text(encoding="utf-8")
)
NAMES = [(name, name) for _, name, _ in LIBRARY["indicators"]]


def nearest(name: str) -> str:
    found = most_similar(name, NAMES)
    return found[0][0] if found else ""


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("订制制服数", "订制制服数"),
        ("制服定制数量", "订制制服数"),
        ("设备维修及时性", "设备维修及时率"),
        ("任务完成的及时率", "任务完成及时率"),
        ("聘请第三方机构的数量", "聘请第三方机构数"),
        ("资金支出进度(%)", "资金支出进度（%）"),
        ("资金支付进度", "资金支出进度（%）"),
        ("窗口群众满意度", "行政服务窗口群众满意度"),
        ("合同付款及时率", "合同支付及时率"),
        ("报告采纳率", "评估报告采纳率"),
        ("节约用水", "节约用电"),
    ],
)
def test_the_nearest_one_is_offered(name, known):
    assert nearest(name) == known


@pytest.mark.parametrize(
    "name", ["培训人次", "服务对象满意度", "会议召开次数", "设备完好率", "数", "率", "%", "", " "]
)
def test_what_shares_only_an_ending_is_another_thing(name):
    assert nearest(name) == ""


def test_width_and_white_space_part_no_names():
    like = likeness("资金 支出进度(%)", "资金支出进度（%）")

    assert (like.score, like.same) == (1, True)
    assert not likeness("任务完成率", "任务完成及时率").same


def test_only_good_ones_come_and_the_likest_first():
    found = most_similar("任务完成及时性", NAMES, most=3)

    scores = [like.score for _, like in found]
    assert len(found) == 3
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= GOOD


@pytest.mark.parametrize("pair", [("任务完成率", "年终任务完成进度"), ("节约用电", "制服数")])
def test_likeness_has_no_direction(pair):
    assert likeness(*pair) == likeness(*reversed(pair))
