"""Technologies that cannot be had, and the firm's own, told by name and by number."""

from __future__ import annotations

import pytest

from qixi.core import Asset, LegalStatus, Licence, Need, OwnPatent
from qixi.match.columns import Columns, party_name, patent_number
from qixi.match.settings import Withholding
from qixi.match.withhold import BARS, Bar, barred, folded_families, own


def bar_of(asset: Asset, settings: Withholding) -> Bar | None:
    return BARS[barred(Columns.of([asset]), settings)[0]]


@pytest.mark.parametrize(
    ("asset", "code"),
    [
        (Asset("A", legal_status=LegalStatus.LAPSED), "lapsed"),
        (Asset("A", legal_status=LegalStatus.INVALID), "lapsed"),
        (Asset("A", legal_status=LegalStatus.PENDING), None),
        (Asset("A", legal_status=LegalStatus.IN_FORCE), None),
        (Asset("A"), None),
        (Asset("A", licence=Licence.EXCLUSIVE), "exclusive"),
        (Asset("A", licence=Licence.SOLE), "exclusive"),
        (Asset("A", licence=Licence.ORDINARY), None),
        (Asset("A", licence=Licence.OPEN), None),
    ],
)
def test_unavailable_says_why(asset, code):
    found = bar_of(asset, Withholding())
    assert (found.code if found else None) == code


def test_lapsed_and_invalid_are_told_apart_in_words():
    lapsed = bar_of(Asset("A", legal_status=LegalStatus.LAPSED), Withholding())
    invalid = bar_of(Asset("A", legal_status=LegalStatus.INVALID), Withholding())
    assert (lapsed.reason.en, invalid.reason.en) == (
        "a lapsed patent: free to use, not offered for transfer",
        "an invalid patent: free to use, not offered for transfer",
    )


def test_settings_let_them_be_shown():
    asset = Asset("A", legal_status=LegalStatus.LAPSED, licence=Licence.EXCLUSIVE)
    assert bar_of(asset, Withholding(lapsed=False)).code == "exclusive"
    assert bar_of(asset, Withholding(lapsed=False, exclusive=False)) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ZL 2021 1 0123456.7", "202110123456.7"),
        ("CN202110123456", "202110123456.X"),
        ("2021101234567", "CN202110123456.7"),
        ("ＣＮ１１４０８１０２６Ａ", "cn114081026a"),
    ],
)
def test_spellings_of_one_number_are_one(one, two):
    assert patent_number(one) == patent_number(two)


@pytest.mark.parametrize(
    ("one", "two"), [("CN114081026A", "CN114081026B"), ("202110123456.7", "202110123457.5")]
)
def test_other_numbers_stay_apart(one, two):
    assert patent_number(one) != patent_number(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("杭州（西湖）科技有限公司", "杭州(西湖) 科技有限公司"),
        ("東方鍋爐", "东方锅炉"),
        ("Foo Bar Co., Ltd.", "FOO BAR CO LTD"),
    ],
)
def test_spellings_of_one_name_are_one(one, two):
    assert party_name(one) == party_name(two)


OWNED = Columns.of(
    [
        Asset("A", applicant="甲公司；乙大学", application_no="202110123456.7"),
        Asset("B", applicant="丙公司", publication_no="CN114081026A"),
        Asset("C"),
    ]
)


@pytest.mark.parametrize(
    ("need", "places"),
    [
        (Need("N", organisation="甲公司"), [0]),
        (Need("N", organisation="乙 大学"), [0]),
        (Need("N", organisation="甲"), []),
        (Need("N"), []),
        (Need("N", portfolio=(OwnPatent(number="CN114081026A"),)), [1]),
        (Need("N", organisation="甲公司", portfolio=(OwnPatent(number="CN 114081026 A"),)), [0, 1]),
        (Need("N", portfolio=(OwnPatent(title="无号"),)), []),
    ],
)
def test_own_is_found_by_name_and_by_number(need, places):
    assert sorted(own(OWNED, need)) == places


def test_columns_come_back_from_their_arrays_and_refuse_what_does_not_fit():
    arrays = OWNED.arrays()
    again = Columns.of_arrays(arrays)
    assert {name: array.tolist() for name, array in again.arrays().items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    for name, wrong in (("licence", arrays["licence"][:1]), ("owner_place", arrays["owner_place"] + 9)):
        with pytest.raises(ValueError, match="fit together"):
            Columns.of_arrays({**arrays, name: wrong})


def test_families_fold_behind_their_best_member():
    assert folded_families([4, 2, 0, 1, 3], [7, 8, 7, 0, 7]) == {2: 4, 0: 4}
    assert folded_families([3, 1], [0, 0, 0, 0]) == {}
