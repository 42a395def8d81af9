"""Rows of totals under officers' tables: told from records, and rejected with the reason."""

import pytest

from qixi.tables import read_assets, read_needs


def rejects_of(path, row, read=read_assets):
    path.write_text(f"序号,名称,转让价格,数量\n1,微藻培养,面议,2\n{row}\n", "utf-8")
    reading = read([path])
    assert [record.title for record in reading.records][:1] == ["微藻培养"]
    return [(p.code, p.row, p.column) for p in reading.rejects], len(reading.records)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("合计,,350万元,12", "序号"),
        (",合　计,,", "名称"),
        ("2,总计：12项,,", "名称"),
        ("小計,共12项,,", "序号"),
        ('Total,,"1,234.5",3', "序号"),
        ("本页合计,,，,", "序号"),
    ],
)
@pytest.mark.parametrize("read", [read_assets, read_needs])
def test_row_of_totals_is_no_record(tmp_path, row, column, read):
    assert rejects_of(tmp_path / "a.csv", row, read) == ([("row-of-totals", 3, column)], 1)


@pytest.mark.parametrize(
    "row", ["2,合计算法,,", "3,总计,面议,", "4,小计量泵,12,1", "合计,污水脱氮滤池,12,1", "S-1,Total,,"]
)
def test_record_that_speaks_of_totals_stays(tmp_path, row):
    assert rejects_of(tmp_path / "a.csv", row) == ([], 2)


def test_reason_says_what_the_row_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,名称\n合计,\n", "utf-8")
    (problem,) = read_assets([path]).rejects
    assert problem.message().zh.endswith(
        "这是合计行，不是一条记录（该列写着“合计”）。无须处理；如确是一条记录，请补填名称或说明。"
    )
