from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import KEY, ModelServer

from qixi.core import Asset, Need
from qixi.match.models.cache import Cache
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.rerank import Judgement, Reranker
from qixi.match.models.settings import RerankSettings

_NEED = Need(
    id="n", title="微藻高密度养殖", content="现有生物量仅80 g/L，希望达到150 g/L。联系人：张三，13812345678"
)
_ASSET = Asset(
    id="t",
    title="一种微藻异养发酵方法",
    abstract="本发明通过补料控制使微藻生物量达到160 g/L。聯繫電話13912345678，溶氧自動調節。",
    claims=("一种方法，其特征在于分段补料。", "根据权利要求1所述的方法，溶氧为30％。"),
    applicant="某大学",
    inventors=("李四",),
)

Make = Callable[..., Reranker]


@pytest.fixture
def make(open_endpoint: Callable[..., Endpoint]) -> Iterator[Make]:
    caches: list[Cache] = []

    def make_one(folder: Path | None = None, **changes: Any) -> Reranker:
        endpoint = open_endpoint("rerank", **changes)
        caches.append(Cache(folder))
        return Reranker(RerankSettings(endpoint=endpoint.settings), endpoint, caches[-1], endpoint.report)

    yield make_one
    for cache in caches:
        cache.close()


def _answer(server: ModelServer, grade: object, *quotations: str) -> None:
    server.chat = lambda parts: {"grade": grade, "quotations": list(quotations)}


def _quotes(judgement: Judgement) -> list[tuple[str, int, str]]:
    return [(quote.span.field, quote.span.item, quote.text) for quote in judgement.quotes]


def test_reranker_returns_grade_score_and_verbatim_words(server: ModelServer, make: Make) -> None:
    _answer(server, 3, "溶氧为30％", "微藻生物量达到160 g/L")
    judgement = make().judge(_NEED, _ASSET)
    assert (judgement.grade, judgement.score) == (3, 1.0)
    assert _quotes(judgement) == [("abstract", 0, "微藻生物量达到160 g/L"), ("claims", 1, "溶氧为30％")]
    assert [_ASSET.quote(quote.span) for quote in judgement.quotes] == list(judgement.quotes)


def test_reranker_finds_words_through_width_case_and_script(server: ModelServer, make: Make) -> None:
    _answer(server, 2, "“溶氧自动调节。”", "溶氧为30%", "微藻生物量达到160 G/L")
    assert [text for *_, text in _quotes(make().judge(_NEED, _ASSET))] == [
        "微藻生物量达到160 g/L",
        "溶氧自動調節",
        "溶氧为30％",
    ]


def test_reranker_leads_a_placeholder_back_to_the_record(server: ModelServer, make: Make) -> None:
    _answer(server, 1, "联系电话[PHONE]，溶氧")
    assert [text for *_, text in _quotes(make().judge(_NEED, _ASSET))] == ["聯繫電話13912345678，溶氧"]


def test_reranker_drops_words_that_do_not_stand_there(server: ModelServer, make: Make) -> None:
    _answer(server, 3, "生物量达到200 g/L", "补料控制", "的")
    reranker = make()
    judgement = reranker.judge(_NEED, _ASSET)
    assert [text for *_, text in _quotes(judgement)] == ["补料控制"]
    assert judgement.grade == 3
    assert reranker._report.dropped_quotations == 2


def test_reranker_trusts_no_grade_without_words(server: ModelServer, make: Make) -> None:
    _answer(server, 3, "生物量达到200 g/L")
    judgement = make().judge(_NEED, _ASSET)
    assert (judgement.grade, judgement.score, judgement.quotes) == (1, 1 / 3, ())


def test_reranker_sends_masked_texts_of_one_pair_only(server: ModelServer, make: Make) -> None:
    make().judge_need(_NEED, [_ASSET, Asset(id="u", title="风电塔筒")])
    parts = sorted((request.parts for request in server.requests), key=len)
    assert [list(each) for each in parts] == [
        ["need title", "need content", "technology title"],
        [
            "need title",
            "need content",
            "technology title",
            "technology abstract",
            "technology claims",
            "technology claims 2",
        ],
    ]
    assert parts[1]["need content"].endswith("联系人：[NAME]，[PHONE]")
    for secret in ("13812345678", "13912345678", "张三", "李四", "某大学"):
        assert secret not in server.sent


def test_reranker_sends_no_more_than_the_room_for_a_text(server: ModelServer, make: Make) -> None:
    make(max_text_characters=100).judge(
        _NEED, Asset(id="t", title="题" * 60, abstract="摘" * 500, claims=("项",))
    )
    assert server.requests[0].parts["technology abstract"] == "摘" * 40
    assert "technology claims" not in server.requests[0].parts


def test_reranker_asks_about_a_pair_once(server: ModelServer, make: Make, tmp_path: Path) -> None:
    _answer(server, 2, "微藻生物量达到160 g/L", f"echo {KEY}")
    first = make(tmp_path)
    one = first.judge(_NEED, _ASSET)
    second = make(tmp_path)
    server.always = "500"
    assert second.judge(_NEED, _ASSET) == one
    assert second._report.cache_hits == 1
    assert len(server.requests) == 1
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert KEY.encode() not in kept
    assert b"13812345678" not in kept


def test_reranker_score_does_not_depend_on_companions(server: ModelServer, make: Make) -> None:
    server.chat = lambda parts: {
        "grade": len(parts["technology title"]) % 4,
        "quotations": [parts["technology title"]],
    }
    assets = [Asset(id=str(i), title="微藻养殖方法与装置"[: 4 + i]) for i in range(6)]
    together = make().judge_need(_NEED, assets)
    alone = [make().judge(_NEED, asset).score for asset in assets]
    assert [judgement.score for judgement in together] == alone
    assert alone == [0.0, 1 / 3, 2 / 3, 1.0, 0.0, 1 / 3]


@pytest.mark.parametrize(
    "content",
    [
        '```json\n{"grade": 2, "quotations": ["补料控制"]}\n```',
        '<think>{"grade": 0}</think> {"grade": "2", "quotations": ["补料控制"], "why": "…"}',
        'Here: {"grade": 2, "quotations": ["补料控制"]} — done',
    ],
)
def test_reranker_reads_json_in_wrappings(server: ModelServer, make: Make, content: str) -> None:
    server.chat = lambda parts: content
    assert make().judge(_NEED, _ASSET).grade == 2


_NONSENSE = [
    "no idea",
    "{}",
    '{"grade": 4}',
    '{"grade": -1}',
    '{"grade": 2, "quotations": "x"}',
    "[3]",
    '{"grade": 2',
    "",
]


@pytest.mark.parametrize("content", _NONSENSE)
def test_reranker_nonsense_is_asked_for_twice_and_costs_the_need(
    server: ModelServer, make: Make, content: str
) -> None:
    server.chat = lambda parts: content
    with pytest.raises(ModelUnavailable) as caught:
        make().judge(_NEED, _ASSET)
    assert not caught.value.whole_run
    assert len(server.requests) == 2


def test_reranker_nonsense_then_sense_is_taken(server: ModelServer, make: Make) -> None:
    answers = iter(["nonsense", '{"grade": 1, "quotations": []}'])
    server.chat = lambda parts: next(answers)
    assert make().judge(_NEED, _ASSET).grade == 1


def test_reranker_leaves_out_needs_with_nonsense_and_keeps_the_others(
    server: ModelServer, make: Make
) -> None:
    server.chat = lambda parts: "?" if "坏" in parts["need title"] else {"grade": 0, "quotations": []}
    reranker = make()
    told: list[int] = []
    work = [(Need(id=name, title=name), [_ASSET, _ASSET]) for name in ("好一", "坏", "好二")]
    judged = reranker.judge_all(work, told.append)
    assert {name: [each.grade for each in judgements] for name, judgements in judged.items()} == {
        "好一": [0, 0],
        "好二": [0, 0],
    }
    assert told == [2, 2, 2]
    assert reranker._report.needs_fallen_back == 1
    assert reranker._report.lost is None


def test_reranker_lost_on_the_way_leaves_out_every_need(server: ModelServer, make: Make) -> None:
    reranker = make(max_requests=3)
    work = [(Need(id=str(i), title=f"需求{i}"), [_ASSET]) for i in range(5)]
    assert reranker.judge_all(work) == {}
    assert len(server.requests) == 3
    assert any("whole result is the default engine" in line.en for line in reranker._report.summary())
