"""The quantity reader and the comparison, against the table of cases and one rule at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quantity_table import FRESH, expected, measure

from qixi.match.quantities import Change, Comparator, Status, compare, read_quantities
from qixi.match.quantities.numerals import LONGEST_RUN
from qixi.match.quantities.surface import surface
from qixi.match.quantities.units import convert, dimension, written_units

# The table's own measured level; raise it when the reader gets better, never lower it silently.
PRECISION, RECALL, PROPERTY = 0.99, 0.99, 0.97


def test_quantities_table_reaches_its_measured_level() -> None:
    figures = measure()
    assert figures.texts >= 180
    assert figures.precision >= PRECISION, "\n".join(figures.faults)
    assert figures.recall >= RECALL, "\n".join(figures.faults)
    assert figures.property_share >= PROPERTY, "\n".join(figures.faults)
    assert figures.clean_negatives == figures.negatives


def test_quantities_fresh_table_reaches_its_measured_level() -> None:
    figures = measure(FRESH)
    assert figures.precision >= 0.99, "\n".join(figures.faults)
    assert figures.recall >= 0.97, "\n".join(figures.faults)
    assert figures.property_share >= 0.75, "\n".join(figures.faults)
    assert figures.clean_negatives == figures.negatives


def test_quantities_are_verbatim_in_every_case() -> None:
    for text in expected():
        for stated in read_quantities(text):
            assert stated.text == text[stated.start : stated.end]
            if stated.property_span is not None:
                assert stated.property_text == text[slice(*stated.property_span)]


def test_units_of_the_table_are_all_known_to_the_units_library() -> None:
    assert [unit for unit in written_units() if dimension(unit) == ""] == []


def test_surface_keeps_every_place() -> None:
    text = "轉換效率≧２２％，10⁵ ㎡、１．５㎎／L"
    assert surface(text) == "转换效率≥22%，10⁵ ㎡、1.5㎎/L"


@given(
    st.text(
        alphabet="0123456789.,-~≥<%％度吨天mgLkWμ²/每个月到至约内以上万亿一二十半提高降低 (（）)的率from to",
        max_size=40,
    )
)
def test_quantities_never_leave_the_text(text: str) -> None:
    end = 0
    for stated in read_quantities(text):
        assert end <= stated.start < stated.end <= len(text)
        assert stated.text == text[stated.start : stated.end]
        end = stated.end
        if stated.low is not None and stated.high is not None:
            assert stated.low <= stated.high


def test_temperature_converts_with_its_zero_point() -> None:
    assert convert(25, "degree_Celsius", "kelvin") == pytest.approx(298.15)
    assert convert(10, "degree_Celsius", "kelvin", difference=True) == pytest.approx(10)


COMPARISONS = [
    ("抗冲击韧性≥67%", "冲击韧性达到70%", Status.MET, None),
    ("抗冲击韧性≥67%", "冲击韧性为60%", Status.CONTRADICTS, 7),
    ("抗冲击韧性≥67%", "抗衝擊韌性為60％", Status.CONTRADICTS, 7),
    ("抗冲击韧性≥67%", "冲击韧性为60%-70%", Status.PARTLY, None),
    ("抗冲击韧性≥67%", "堆积密度为70%", Status.MISSING, None),
    ("日产100-300吨的窑炉", "处理能力500 t/d", Status.CONTRADICTS, 200),
    ("日产500吨", "日产量100-300吨", Status.CONTRADICTS, 200),
    ("日产200吨", "日产量100-300吨", Status.MET, None),
    ("微藻生物质浓度达到150g/L", "a biomass concentration of 160 g/L", Status.MET, None),
    ("微藻生物质浓度达到150g/L", "biomass of 120 kg/m3", Status.CONTRADICTS, 30),
    ("效率提高20%以上", "转换效率95%", Status.MISSING, None),
    ("效率提高20%以上", "效率提升25%", Status.MET, None),
    ("效率提高20%以上", "efficiency increases by 15%", Status.CONTRADICTS, 5),
    ("成本降低20%", "成本提高10%", Status.MISSING, None),
    ("寿命延长1倍", "使用寿命提高120%", Status.MET, None),
    ("检测时间不超过3个月", "检测周期为60天", Status.MET, None),
    ("检测时间不超过1个月", "检测周期为60天", Status.CONTRADICTS, 0.971253),
    ("使用寿命≥5年", "service life of 36 months", Status.CONTRADICTS, 2),
    ("工作温度-40~60℃", "工作温度为-50~80℃", Status.MET, None),
    ("工作温度-40~60℃", "工作温度为-20~50℃", Status.PARTLY, None),
    ("pH值6-9", "pH值为7-8", Status.MET, None),
    ("pH值6-9", "pH值为8-10", Status.PARTLY, None),
    ("噪声低于40分贝", "noise of 45 dB", Status.CONTRADICTS, 5),
    ("能量密度300Wh/kg", "energy density of 0.31 kWh/kg", Status.MET, None),
    ("成本低于500元", "cost below US$500", Status.MISSING, None),
    ("重量小于2公斤", "整机重量1500g", Status.MET, None),
    ("厚度大于5mm", "厚度为5mm", Status.CONTRADICTS, 0),
    ("收率提高5个百分点", "收率提高5%", Status.MISSING, None),
    ("烧损率由1.5%降到1%以下", "烧损率为0.9%", Status.MISSING, None),
    ("申请专利3项以上", "操作人员3人", Status.MISSING, None),
]


@pytest.mark.parametrize(("required", "offered", "status", "short"), COMPARISONS)
def test_comparison_decides(required: str, offered: str, status: Status, short: float | None) -> None:
    verdict = compare(read_quantities(required)[0], read_quantities(offered)[0])
    assert verdict.status is status
    assert verdict.shortfall == (None if short is None else pytest.approx(short))


def test_baseline_is_told_from_target() -> None:
    left, target = read_quantities("烧损率由1.5%降到1%以下")
    assert (left.baseline, target.baseline) == (True, False)
    assert (target.comparator, target.high, target.property_text) == (Comparator.AT_MOST, 1.0, "烧损率")


def test_percentage_points_are_no_percentages() -> None:
    assert [(q.unit, q.change) for q in read_quantities("收率提高5个百分点，能耗降低5%")] == [
        ("percentage_point", Change.INCREASE),
        ("percent", Change.DECREASE),
    ]


@pytest.mark.parametrize("run", ["1", "0", "９", "⁹", "十", "一"])
def test_endless_run_of_digits_is_no_number_and_read_once(run: str) -> None:
    text = run * (20_000 // len(run))
    assert read_quantities(f"含量不低于{text}%") == ()
    assert [q.text for q in read_quantities(f"编号{text}，温度80℃")][-1:] == ["80℃"]


def test_longest_run_parts_number_from_noise() -> None:
    assert [q.low for q in read_quantities("含量" + "0" * (LONGEST_RUN - 1) + "5%")] == [5.0]
    assert read_quantities("含量" + "0" * LONGEST_RUN + "5%") == ()
    assert read_quantities("含量不低于3." + "1" * (LONGEST_RUN + 1)) == ()


@pytest.mark.parametrize(
    "text", ["2^9999999999%", "1×10^99999999999%", "0^0%", "0^-1%", "1" + "⁹" * 5000 + "%"]
)
def test_power_that_names_no_magnitude_is_not_read(text: str) -> None:
    assert read_quantities(text) == ()


def test_tolerance_is_read_over_blanks() -> None:
    assert [(q.low, q.high, q.text) for q in read_quantities("±    3 mm")] == [(-3.0, 3.0, "±    3 mm")]


def test_many_numbers_are_all_read() -> None:
    assert len(read_quantities("1% " * 5_000)) == 5_000
