"""tantivy over the same technologies: the same units, BM25, filters as terms that must be there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tantivy

from qixi.core import Asset, Need
from qixi.match.facets import Filters
from qixi.match.text import fold
from qixi.match.tokens import units

_BATCH = 50_000
_HEAP = 1 << 30


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _words(text: str) -> list[str]:
    """Return Qixi's own units; the blank inside a pair of words would cut it in two."""
    return [unit.text.replace(" ", "_") for unit in units(fold(text))]


def build(folder: Path, assets: Iterable[Asset]) -> None:
    """Index technologies: their title and abstract, and what the filters of this bench look at."""
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP, num_threads=2)
    for number, asset in enumerate(assets, 1):
        document = tantivy.Document(
            id=[asset.id],
            text=[" ".join(_words(f"{asset.title}\n{asset.abstract}"))],
            facet=sorted(_facets(asset)),
        )
        writer.add_document(document)
        if number % _BATCH == 0:
            print(f"tantivy: {number:,}", flush=True)
    writer.commit()
    writer.wait_merging_threads()


def _facets(asset: Asset) -> set[str]:
    cut = asset.region.partition("市")
    places = {f"{cut[0].rpartition('省')[2]}{cut[1]}", cut[2]}
    symbols = {symbol[:size] for symbol in asset.ipc for size in (1, 3, 4)}
    return {word for word in places | symbols if word}


class Rival:
    """Searches such an index."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._schema = self._index.schema

    @property
    def segments(self) -> int:
        """How many pieces tantivy made of it."""
        return int(self._searcher.num_segments)

    def find(self, need: Need, filters: Filters, top: int) -> list[str]:
        """Return the ids of the `top` best for the need's title and content."""
        words = dict.fromkeys(_words(f"{need.title}\n{need.content}"))
        asked = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word, "freq"))
            for word in words
        ]
        query = tantivy.Query.boolean_query(asked)
        must = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "facet", value, "basic"))
            for value in (*filters.region, *filters.ipc)
        ]
        if must:
            quiet = [(occur, tantivy.Query.const_score_query(part, 0.0)) for occur, part in must]
            query = tantivy.Query.boolean_query([*quiet, (tantivy.Occur.Must, query)])
        hits = self._searcher.search(query, limit=top, count=False).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]
