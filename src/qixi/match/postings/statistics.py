"""What is known of a corpus as a whole: its units, how common each is, and what it contributes on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.postings.stems import Stems
from qixi.match.postings.vocabulary import Layer, Vocabulary

Float = NDArray[np.float64]
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures of the terms of one layer, by term, each of shape (terms,).

    `count` int64 is how many documents hold the term, `worth` what it adds standing once in a text of
    mean length, `mean` and `variance` those of its contribution over all documents, float64.
    """

    count: NDArray[np.int64]
    worth: Float
    mean: Float
    variance: Float


_NUMBERS = tuple((field.name, np.int64 if field.name == "count" else np.float64) for field in fields(Numbers))
_KINDS: dict[str, type[np.generic]] = {
    "stem_start": np.int64,
    "stem_letters": np.uint8,
    "stem_heads": np.uint64,
    "codes": np.int64,
    "terms": np.int32,
    **dict(_NUMBERS),
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics that documents and queries are weighed with, fixed when the corpus was fitted.

    `size` is the number of documents then, `lengths` (fields,) the mean lengths of `fields` in units.
    Terms of the first layer are numbered by falling count, then by text; documents that came later
    know further units, in further layers, of which no fitted document is counted.
    """

    size: int
    fields: tuple[str, ...]
    lengths: Float
    vocabulary: Vocabulary
    numbers: tuple[Numbers, ...]

    def of_terms(self, name: str, terms: NDArray[np.int32]) -> Float:
        """Return a figure of `Numbers` for each of `terms`."""
        first = self.numbers[0]
        if len(self.numbers) == 1:
            return np.asarray(getattr(first, name)[terms], dtype=np.float64)
        out, before = np.empty(terms.size), 0
        for numbers in self.numbers:
            inside = (terms >= before) & (terms < before + numbers.count.size)
            out[inside] = getattr(numbers, name)[terms[inside] - before]
            before += numbers.count.size
        return out

    def count(self, unit: str) -> int:
        """Return how many of the fitted documents hold a unit."""
        term = self.vocabulary.term(unit)
        # Those of later layers stand in no fitted document.
        return int(self.numbers[0].count[term]) if 0 <= term < self.numbers[0].count.size else 0

    def extended(self, layer: Layer, numbers: Numbers) -> Self:
        """Return the statistics with one more layer."""
        return type(self)(
            self.size, self.fields, self.lengths, self.vocabulary.extended(layer), (*self.numbers, numbers)
        )

    @staticmethod
    def kinds(layer: int = 0) -> dict[str, type[np.generic]]:
        """Return the names of the arrays of a layer, and of what they are."""
        return {**_KINDS, **({"size": np.int64, "lengths": np.float64} if layer == 0 else {})}

    def arrays(self, layer: int = 0) -> dict[str, NDArray[np.generic]]:
        """Return one layer as arrays; the first with `size` int64 (1,) and `lengths`; see `of_arrays`."""
        words, numbers = self.vocabulary.layers[layer], self.numbers[layer]
        found: dict[str, NDArray[np.generic]] = {
            "stem_start": words.stems.start,
            "stem_letters": words.stems.letters,
            "stem_heads": words.stems.heads,
            "codes": words.codes,
            "terms": words.terms,
            **{name: getattr(numbers, name) for name, _ in _NUMBERS},
        }
        if layer == 0:
            found |= {"size": np.array([self.size], dtype=np.int64), "lengths": self.lengths}
        return found

    @classmethod
    def of_arrays(cls, names: tuple[str, ...], layers: Sequence[Arrays]) -> Self:
        """Make statistics over fields `names` of what `arrays` gave for each layer; nothing is copied.

        Raises ValueError where types or shapes do not fit together; what is inside is for `check`.
        """
        first = layers[0]
        if first["lengths"].shape != (len(names),) or first["size"].shape != (1,):
            raise ValueError("lengths")
        words, numbers = [], []
        for layer in layers:
            wrong = [name for name, kind in _KINDS.items() if layer[name].dtype != np.dtype(kind)]
            one: dict[str, NDArray[np.generic]] = {name: layer[name] for name in _KINDS}
            terms, stems = one["codes"].size, one["stem_heads"].size
            sizes = {"stem_start": stems + 1, "stem_letters": one["stem_letters"].size, "stem_heads": stems}
            wrong += [name for name, array in one.items() if array.shape != (sizes.get(name, terms),)]
            if wrong:
                raise ValueError(wrong[0])
            stem = Stems(one["stem_start"], one["stem_letters"], one["stem_heads"])  # type: ignore[arg-type]
            words.append(Layer(stem, one["codes"], one["terms"]))  # type: ignore[arg-type]
            numbers.append(Numbers(*(one[name] for name, _ in _NUMBERS)))  # type: ignore[arg-type]
        lengths = np.asarray(first["lengths"], dtype=np.float64)
        return cls(int(first["size"][0]), names, lengths, Vocabulary(tuple(words)), tuple(numbers))

    def check(self) -> None:
        """Look through all arrays; raises ValueError, naming the array, where numbers cannot be right."""
        before = 0
        if self.size < 0 or not np.isfinite(self.lengths).all():
            raise ValueError("size")
        for words, numbers in zip(self.vocabulary.layers, self.numbers, strict=True):
            start, letters = words.stems.start, words.stems.letters.size
            # Differences of forged offsets would overflow, so the offsets themselves are compared.
            ordered = bool(np.all(start[1:] >= start[:-1])) and start[0] == 0 and start[-1] == letters
            sound = {
                "stem_start": ordered,
                "stem_heads": bool(np.all(words.stems.heads[1:] >= words.stems.heads[:-1])),
                "codes": bool(np.all(words.codes[1:] > words.codes[:-1])),
                "terms": bool(np.array_equal(np.sort(words.terms), before + np.arange(words.size))),
                "count": bool(np.all((numbers.count >= 0) & (numbers.count <= self.size))),
                **{
                    name: bool(np.isfinite(getattr(numbers, name)).all())
                    for name in ("worth", "mean", "variance")
                },
            }
            wrong = [name for name, fine in sound.items() if not fine]
            if wrong:
                raise ValueError(wrong[0])
            before += words.size
