"""Settings as TOML read back as the same settings, and curves of other weights are refused."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Refused
from qixi.match.learning.notation import toml_of
from qixi.match.learning.settings import Calibration, Curve, Learned, LearningSettings
from qixi.match.models import ModelSettings
from qixi.match.models.settings import EmbeddingSettings, EndpointSettings, ExtractSettings
from qixi.match.settings import FitWeights, Fusion, Heads, Settings, read_settings

RICH = Settings(
    weights=FitWeights(business=0.1, need=0.75, portfolio=0.15),
    fusion=Fusion(topics=1e-7, subclasses=0.123456),
    crosswalk=Path("a folder/表 1.tsv"),
    heads=Heads(supply={"title": ("名“称”", 'a "b" \\ c', "tab\there")}),
    infer_ipc=True,
    learning=LearningSettings(lowest=1, highest=5, words={"好 的": 4, "ok": 3.5, "\x7f": 2}),
    models=ModelSettings(
        embedding=EmbeddingSettings(folder=Path("model"), need_prefix="q: "),
        extract=ExtractSettings(
            endpoint=EndpointSettings(
                url="http://localhost:1/v1",
                model="m",
                options={"temperature": 0.5, "stop": ["a", "b"], "deep": {"x": [1, {"y": True}]}},
            )
        ),
    ),
)


def learnt(settings):
    curve = Curve(a=0.5, b=1.25, c=-2.0, pairs=400, events=80, log_loss=0.4, log_loss_constant=0.5)
    digests = {name: name for name in ("engine", "feedback", "corpus", "settings")}
    origin = Learned(**digests, first=date(2026, 1, 2), needs=3, pairs=9, weights=True)
    calibration = Calibration(scores=settings.scale(), likelihood="good", good=curve)
    return settings.model_copy(update={"calibration": calibration, "learned": origin})


def reread(tmp_path, text):
    path = tmp_path / "learned.toml"
    path.write_text(text, "utf-8")
    return read_settings(path)


@pytest.mark.parametrize("settings", [Settings(), RICH, learnt(Settings()), learnt(RICH)])
def test_written_settings_read_back_as_they_were(tmp_path, settings):
    again = reread(tmp_path, toml_of(settings, ["说明 / a remark"]))
    assert again == settings
    assert again.scale() == settings.scale()


def test_weights_are_always_written():
    values = tomllib.loads(toml_of(Settings()))
    assert set(values) == {"weights", "fusion"}


@settings(max_examples=40)
@given(words=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), st.floats(0, 3), max_size=4))
def test_any_word_survives(words):
    worded = Settings(learning=LearningSettings(words=words))
    assert Settings.model_validate(tomllib.loads(toml_of(worded))) == worded


def test_curves_count_in_the_digest_and_their_origin_does_not():
    settings = learnt(Settings())
    assert settings.digest() != Settings().digest()
    assert settings.model_copy(update={"learned": None}).digest() == settings.digest()
    assert Settings(learning=LearningSettings(folds=7)).digest() == Settings().digest()


@pytest.mark.parametrize("change", ["topics = 0.4", "need = 0.7", "half = 6.0"])
def test_curves_of_other_weights_are_refused(tmp_path, change):
    text = toml_of(learnt(Settings()))
    assert change in text
    name = change.split(" = ")[0]
    with pytest.raises(Refused) as refused:
        reread(tmp_path, text.replace(change, f"{name} = 0.65"))
    assert [problem.code for problem in refused.value.problems] == ["settings-wrong"]
    assert "qixi learn" in str(refused.value)


def test_likelihood_without_its_curve_is_refused(tmp_path):
    text = toml_of(learnt(Settings())).replace('likelihood = "good"', 'likelihood = "signed"')
    with pytest.raises(Refused):
        reread(tmp_path, text)
