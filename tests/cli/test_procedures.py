"""`qixi procedures` as a person runs it."""

from __future__ import annotations

import json

import pytest

from cli.command import qixi


def test_guides_are_shown_in_both_languages():
    zh = qixi("--language", "zh", "procedures", "show", "price", "--on", "2026-03-02", "--division", "330100")
    en = qixi("--language", "en", "procedures", "show", "price", "--on", "2026-03-02", "--division", "330100")
    assert (zh.code, en.code) == (0, 0)
    assert "公示期: 15 日，依据《浙江省促进科技成果转化条例》第十七条\n" in zh.out
    assert "Notice period: 15 days, by 《浙江省促进科技成果转化条例》第十七条\n" in en.out
    assert "签订期限: 365 日（默认值，未找到出处）" in zh.out


def test_schemas_and_diagrams_are_for_programs():
    found = json.loads(qixi("procedures", "show", "need", "--as", "schemas").out)
    assert found["draft/submit"]["properties"]["title"]["title"] == "需求名称"
    assert qixi("procedures", "show", "need", "--as", "diagram").out.startswith("stateDiagram-v2\n")


def test_all_are_listed_and_sound():
    assert "organisation@1" in qixi("procedures", "list").out
    assert qixi("--language", "en", "procedures", "check").out.endswith("procedures are sound\n")


def test_what_does_not_exist_is_said():
    done = qixi("procedures", "show", "moon")
    assert done.code == 4
    assert "没有程序“moon”" in done.err
    assert "need@1" in done.err
    assert qixi("procedures", "show", "need", "--version", "9").code == 4


def test_what_the_list_says_can_be_shown():
    assert qixi("procedures", "show", "need@1").out == qixi("procedures", "show", "need").out
    assert qixi("procedures", "show", "need@9").code == 4
    assert qixi("procedures", "show", "need@1", "--version", "2").code == 2


@pytest.mark.parametrize("division", ["xx", "99999999", "", "3", "03"])
def test_a_division_that_can_be_none_is_a_wrong_command_line(division):
    done = qixi("procedures", "show", "need", "--division", division)
    assert done.code == 2
    assert "is no code of a division" in done.err
