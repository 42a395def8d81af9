from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer

from qixi.core import Need
from qixi.match.models.cache import Cache
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.extract import Extracted, Extractor
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.settings import ExtractSettings

_NEED = Need(
    id="n",
    title="微藻高密度養殖",
    content="公司成立于2001年。现有生物量仅80 g/L，希望达到１５０ g/L以上。手机13812345678，已有发酵罐3台。",
)

Make = Callable[..., Extractor]


@pytest.fixture
def make(open_endpoint: Callable[..., Endpoint]) -> Iterator[Make]:
    caches: list[Cache] = []

    def make_one(folder: Path | None = None, **changes: Any) -> Extractor:
        endpoint = open_endpoint("extract", **changes)
        caches.append(Cache(folder))
        return Extractor(ExtractSettings(endpoint=endpoint.settings), endpoint, caches[-1], endpoint.report)

    yield make_one
    for cache in caches:
        cache.close()


def _answer(server: ModelServer, *items: tuple[str, str]) -> None:
    server.chat = lambda parts: {
        "requirements": [{"kind": kind, "quotation": words} for kind, words in items]
    }


def _words(found: tuple[Extracted, ...]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.span.field, _NEED.quote(each.span).text) for each in found]


def test_extractor_returns_verbatim_requirements_in_reading_order(server: ModelServer, make: Make) -> None:
    _answer(
        server,
        ("condition", "[PHONE]，已有发酵罐3台"),
        ("constraint", "150 g/L以上"),
        ("problem", "现有生物量仅80 g/L"),
        ("target", "微藻高密度养殖"),
        ("problem", "现有生物量仅80 g/L"),
        ("target", "产量翻番"),
    )
    extractor = make()
    assert _words(extractor.requirements(_NEED)) == [
        ("target", "title", "微藻高密度養殖"),
        ("problem", "content", "现有生物量仅80 g/L"),
        ("constraint", "content", "１５０ g/L以上"),
        ("condition", "content", "13812345678，已有发酵罐3台"),
    ]
    assert extractor._report.dropped_quotations == 1
    assert "13812345678" not in server.sent


def test_extractor_asks_about_a_need_once(server: ModelServer, make: Make, tmp_path: Path) -> None:
    _answer(server, ("problem", "现有生物量仅80 g/L"))
    first = make(tmp_path).requirements(_NEED)
    assert make(tmp_path).requirements(_NEED) == first
    assert len(server.requests) == 1


def test_extractor_does_not_send_a_need_without_text(server: ModelServer, make: Make) -> None:
    assert make().requirements(Need(id="n")) == ()
    assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        {"requirements": []},
        {"requirements": [{"kind": "target", "quotation": "产量翻番"}]},
        {"requirements": [{"kind": "wish", "quotation": "现有生物量仅80 g/L"}]},
        {"requirements": [{"kind": "target", "quotation": "\ud800"}]},
        {"needs": []},
        "",
    ],
)
def test_extractor_nonsense_costs_the_need(server: ModelServer, make: Make, answer: object) -> None:
    server.chat = lambda parts: answer if isinstance(answer, str) else __import__("json").dumps(answer)
    with pytest.raises(ModelUnavailable) as caught:
        make().requirements(_NEED)
    assert not caught.value.whole_run
    assert len(server.requests) == 2
