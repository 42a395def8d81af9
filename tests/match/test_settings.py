"""Settings: read whole or refused with the place, and a digest that names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qixi.core import Refused
from qixi.match.settings import Settings, read_settings

GOOD = """
[weights]
business = 0.2
need = 0.6
portfolio = 0.2

[fusion]
half = 5.0

[withhold]
own = false
"""


def write(tmp_path, text: str | bytes):
    path = tmp_path / "qixi.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_settings_are_read_and_the_rest_stands_at_its_default(tmp_path):
    settings = read_settings(write(tmp_path, GOOD))
    assert settings.weights.model_dump() == {"business": 0.2, "need": 0.6, "portfolio": 0.2}
    assert settings.fusion.model_dump() == {"lexical": 1.0, "topics": 0.4, "subclasses": 0.4, "half": 5.0}
    assert settings.withhold.model_dump() == {"lapsed": True, "exclusive": True, "own": False, "family": True}


def test_empty_file_means_the_defaults(tmp_path):
    assert read_settings(write(tmp_path, b"\xef\xbb\xbf")) == Settings()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("[weights]\nneed = 0", ["weights.need"]),
        ("[weights]\nneed = 2\nbusiness = -1", ["weights.business", "weights.need"]),
        ("[fusion]\nhalf = 0", ["fusion.half"]),
        ('[fusion]\nlexical = "much"', ["fusion.lexical"]),
        ("[fusion]\nlexcial = 1", ["fusion.lexcial"]),
        ("[wihthold]\nown = true", ["wihthold"]),
        ("[weights]\nneed = nan", ["weights.need"]),
        ("[fusion]\nhalf = inf", ["fusion.half"]),
    ],
)
def test_wrong_entry_is_named(tmp_path, text, columns):
    path = write(tmp_path, text)
    with pytest.raises(Refused) as refused:
        read_settings(path)
    assert sorted(problem.setting for problem in refused.value.problems) == columns
    assert {problem.file for problem in refused.value.problems} == {str(path)}


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("[weights]\nneed = 0", "须大于 0.0", "It should be greater than 0.0"),
        ("[weights]\nneed = 2", "须不大于 1.0", "It should be at most 1.0"),
        ("[fusion]\nlexcial = 1", "没有这个设置项", "There is no such entry"),
        ('[fusion]\nlexical = "much"', "应为数字", "It should be a number"),
        ("[weights]\nneed = nan", "应为有限的数", "It should be a finite number"),
        ("[withhold]\nown = 3", "应为 true 或 false", "It should be true or false"),
        ("limits = 3", "应为一组设置（表）", "It should be a table"),
        ("[limits]\nrows = 1.5", "应为整数", "It should be a whole number"),
        ('[heads.supply]\nid = "x"', "应为列表", "It should be a list"),
        (
            '[models.embedding]\nruntime = "x"',
            "只能是 'auto', 'onnx' 或 'torch'",
            "It should be 'auto', 'onnx' or 'torch'",
        ),
        ("[models.rerank]\nweight = 0.5", "缺少此项", "The entry is missing"),
    ],
)
def test_wrong_entry_is_said_in_both_languages(tmp_path, text, zh, en):
    with pytest.raises(Refused) as refused:
        read_settings(write(tmp_path, text))
    message = refused.value.problems[0].message()
    assert "，设置项“" in message.zh
    assert f"”：{zh}。请按文档" in message.zh
    assert ', setting "' in message.en
    assert f'": {en}. ' in message.en


@pytest.mark.parametrize("text", ["[weights", b"\xff\xfe[weights]", "need = = 1"])
def test_unreadable_file_is_refused(tmp_path, text):
    with pytest.raises(Refused) as refused:
        read_settings(write(tmp_path, text))
    assert [problem.code for problem in refused.value.problems] == ["settings-unreadable"]


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused):
        read_settings(tmp_path / "none.toml")


def test_message_never_shows_what_was_pasted(tmp_path):
    path = write(tmp_path, '[fusion]\nlexical = "sk-secret"')
    with pytest.raises(Refused) as refused:
        read_settings(path)
    assert "sk-secret" not in str(refused.value)


def test_digest_names_the_settings_and_not_their_spelling(tmp_path):
    same = "[withhold]\nown=false\n[fusion]\nhalf=5\n[weights]\nneed=0.6\nportfolio=0.20\nbusiness=0.2\n"
    one, two = read_settings(write(tmp_path, GOOD)).digest(), read_settings(write(tmp_path, same)).digest()
    assert one == two != Settings().digest()
    assert len(one) == 16


HEAD = "# confirmed: true\nindustry\tipc\tweight\tbasis\n"


def test_digest_follows_the_content_of_an_operator_s_table_and_not_its_place(tmp_path):
    one, two, other = (tmp_path / name for name in ("one.tsv", "two.tsv", "other.tsv"))
    for path, weight in ((one, "1"), (two, "1"), (other, "0.5")):
        path.write_text(f"{HEAD}384\tH01M\t{weight}\tproduct\n", encoding="utf-8")
    digests = [Settings(crosswalk=path).digest() for path in (one, two, other)]
    assert digests[0] == digests[1]
    assert len({*digests, Settings().digest(), Settings(suggestion=one).digest()}) == 4


def test_digest_of_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused):
        Settings(suggestion=tmp_path / "none.toml").digest()


def test_digest_does_not_follow_where_answers_of_models_are_kept(tmp_path):
    assert Settings(models={"cache": tmp_path, "cache_mib": 5}).digest() == Settings().digest()


@pytest.mark.parametrize(
    "text", ["x=" + "[" * 100_000, "x=" + "1" * 100_000, "x=1\n" * 400_000, "x = \ud800"]
)
def test_hostile_settings_are_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(Refused, match="cannot be read"):
        read_settings(path)


def test_settings_are_not_read_from_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    os.mkfifo(path)
    with pytest.raises(Refused, match="no regular file"):
        read_settings(path)
