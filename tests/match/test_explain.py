"""Explanations: what was quoted stands there, the fits agree with the ranking, why-not is answered."""

from __future__ import annotations

from importlib.resources import files

import pytest

from qixi.core import Asset, LegalStatus, Need, OwnPatent
from qixi.match.engine import Engine
from qixi.match.explain import Explainer, Explanation
from qixi.match.ranking import DECIMALS
from qixi.match.settings import Settings
from qixi.match.spans import Status


def assert_true(explanation: Explanation) -> int:
    """Assert that all that is quoted stands in need and technology; return the number of quotations."""
    need, asset, count = explanation.need, explanation.asset, 0
    for evidence in explanation.evidence:
        asked = [*evidence.asked, *(m.need for m in evidence.marks), *(n.need for n in evidence.numbers)]
        told = [*evidence.answered, *(m.asset for m in evidence.marks), *(n.asset for n in evidence.numbers)]
        for record, quotes in ((need, asked), (asset, told)):
            values = {(field, item): value for field, item, value in record.texts()}
            for quote in quotes:
                span = quote.span
                value = values[span.field, span.item]
                assert 0 <= span.start < span.end <= len(value)
                assert quote.text == value[span.start : span.end] == record.quote(span).text
                count += 1
        assert (evidence.answered == ()) is (evidence.status is Status.MISSING)
        assert evidence.requirement.text == need.quote(evidence.requirement.spans[0]).text
    return count


def assert_fits_agree(explanation: Explanation) -> None:
    match = explanation.match
    assert round(explanation.business.value, DECIMALS) == pytest.approx(match.business, abs=1.5e-6)
    assert round(explanation.portfolio.value, DECIMALS) == pytest.approx(match.portfolio, abs=1.5e-6)


def test_every_explanation_of_the_province_is_true(province):
    explainer, count = Explainer(province.engine), 0
    needs = {need.id: need for need in province.needs}
    for ranking in province.engine.match(province.needs, 5):
        for match in ranking.matches:
            explanation = explainer.explain(needs[match.need_id], match)
            count += assert_true(explanation)
            assert_fits_agree(explanation)
            assert explanation.barred is None
            assert explanation.reasons()
    assert count > 2000


@pytest.mark.data
def test_every_explanation_of_real_records_is_true(real):
    explainer, count, pairs = Explainer(real.engine), 0, 0
    needs = {need.id: need for need in real.needs}
    for ranking in real.engine.match(real.needs, 5):
        for match in ranking.matches:
            explanation = explainer.explain(needs[match.need_id], match)
            count += assert_true(explanation)
            assert_fits_agree(explanation)
            pairs += 1
    assert pairs == 5 * len(real.needs) == 1110
    assert count > 5000


NEED = Need("N", "微藻高密度培养", "希望生物质产量达到150 g/L以上。", industry="2710", organisation="甲公司")
RICH = Asset("A", "小球藻高密度培养", "生物质产量达到200 g/L，适于微藻扩繁。", ipc=("C12N1/12",), maturity=8)
POOR = Asset("B", "微藻高密度培养", "生物质产量为20 g/L。", maturity=3)


def explained(asset: Asset, need: Need = NEED) -> Explanation:
    corpus = {each.id: each for each in (RICH, POOR, Asset("C", "塔筒"), Asset("D", "轴承"), asset)}
    engine = Engine().fit(list(corpus.values()))
    (ranking,) = engine.pairs([need], {need.id: [asset.id]})
    return Explainer(engine).explain(need, ranking.matches[0])


def test_stated_number_is_compared():
    (met,) = [e for e in explained(RICH).evidence if e.numbers]
    assert (met.status, met.numbers[0].asset.text) == (Status.MET, "生物质产量达到200 g/L")
    (short,) = [e for e in explained(POOR).evidence if e.numbers]
    assert short.status is Status.CONTRADICTS


def test_suggested_form_follows_maturity_and_what_is_missing():
    assert explained(RICH).suggestion.form == "apply"
    assert explained(POOR).suggestion.form != "apply"
    assert explained(RICH).suggestion.confirmed is False


def test_what_is_barred_is_explained_with_the_reason():
    lapsed = Asset("E", "微藻培养", legal_status=LegalStatus.LAPSED)
    assert explained(lapsed).barred.en == "a lapsed patent: free to use, not offered for transfer"
    own = Asset("F", "微藻培养", applicant="甲公司")
    assert explained(own).barred.en == "the technology is the firm's own"


def test_why_not_says_what_is_missing():
    explanation = explained(Asset("G", "塔筒预制", "现场张拉。"))
    assert all(e.status is Status.MISSING for e in explanation.evidence)
    assert explanation.lacks.unmet == pytest.approx(0.6)


def test_reasons_speak_both_languages():
    need = Need(
        "N", NEED.title, NEED.content, industry="2710", portfolio=(OwnPatent("微藻", ipc=("C12N1/12",)),)
    )
    reasons = explained(RICH, need).reasons()
    assert len(reasons) >= 4
    assert all(reason.zh and reason.en for reason in reasons)
    assert "200 g/L" in " ".join(reason.zh for reason in reasons)


def test_needs_of_one_id_are_not_confused():
    engine = Engine().fit([RICH, POOR])
    explainer = Explainer(engine)
    other = Need("N", "污水脱氮")
    for need in (NEED, other, NEED):
        (ranking,) = engine.pairs([need], {"N": ["A"]})
        explanation = explainer.explain(need, ranking.matches[0])
        assert explanation.evidence[0].asked[0].text == need.title


def test_operator_s_table_of_suggested_forms_replaces_the_packaged_one(tmp_path):
    shipped = (files("qixi.match") / "data" / "suggestion.toml").read_text(encoding="utf-8")
    table = tmp_path / "own.toml"
    table.write_text(
        shipped.replace('zh = "技术开发"', 'zh = "委托开发"').replace("= false", "= true"), "utf-8"
    )
    engine = Engine(Settings(suggestion=table)).fit([Asset("A", "微藻培养", maturity=5)])
    need = Need("N", "微藻培养")
    (match,) = next(engine.match([need])).matches
    suggestion = Explainer(engine).explain(need, match).suggestion
    assert (suggestion.name.zh, suggestion.confirmed) == ("委托开发", True)
