"""How a provision is cited: as a regulation only where there is one."""

from __future__ import annotations

from qixi.core import Grade, Law, Text


def test_a_regulation_is_cited_by_its_full_name():
    law = Law("省办法", "第三条", "浙1号", Grade.LAW)
    assert law.cited() == Text("《省办法》（浙1号）第三条", "《省办法》（浙1号）第三条")


def test_what_nobody_laid_down_is_not_cited_as_a_regulation():
    cited = Law("平台自设程序").cited()
    assert cited.zh == "平台自设程序，未找到法规出处"
    assert "no regulation" in cited.en
