"""Who may what, all of it: each kind of person, each verb, each kind of record."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may, rules

PEOPLE = {
    "nobody": Actor(),
    "stranger": Actor("s", {"S": frozenset({"handler"})}, frozenset({"S"})),
    "handler": Actor("h", {"O": frozenset({"handler"})}, frozenset({"O"})),
    "approver": Actor("a", {"O": frozenset({"approver"})}, frozenset({"O"})),
    "unverified": Actor("u", {"O": frozenset({"handler"})}),
    "party": Actor("p", {"P": frozenset({"handler"})}, frozenset({"P"})),
    "officer": Actor("f", divisions=frozenset({"33"})),
    "officer elsewhere": Actor("g", divisions=frozenset({"32"})),
    "operator": Actor("o", operator=True),
    "co-holder": Actor("c", {"C": frozenset({"approver"})}, frozenset({"C"})),
    "transfer office": Actor("t", {"O": frozenset({"transfer"})}, frozenset({"O"})),
    "merged": Actor("m", {"N": frozenset({"approver"})}, frozenset({"N", "O"}), variants={"O": "N"}),
    "oneself": Actor("i"),
}
# y yes, - no such record, n no with a reason; people in the order above.
MATRIX = {
    (Verb.SEE, Kind.CASE): "--yyyyy--yyyy",
    (Verb.SEE, Kind.NEED): "--yyyyy--yyyy",
    (Verb.SEE, Kind.ASSET): "--yyyyy--yyyy",
    (Verb.SEE, Kind.ORGANISATION): "--yyyyy-yyyyy",
    (Verb.SEE, Kind.EXPERT): "--yyyyy--yyyy",
    (Verb.SEE_CONFIDENTIAL, Kind.CASE): "--yyyyy--yyyy",
    (Verb.SEE_CONFIDENTIAL, Kind.NEED): "--yyyyy--yyyy",
    (Verb.SEE_CONFIDENTIAL, Kind.ASSET): "--yyyyy--yyyy",
    (Verb.OPEN, Kind.ORGANISATION): "n-yyy-y--yy--",
    (Verb.OPEN, Kind.ASSET): "n-yyy-y--yy--",
    (Verb.OPEN, Kind.NEED): "n-yyy-y--yy--",
    (Verb.OPEN, Kind.CASE): "n-yyy-y--yy--",
    (Verb.ACT, Kind.CASE): "-----yy------",
    (Verb.DRAW, Kind.CASE): "--nnnny--nnnn",
    (Verb.EDIT, Kind.ASSET): "--yynnn--nyyn",
    (Verb.EDIT, Kind.NEED): "--yynnn--yyyy",
    (Verb.CONFIRM, Kind.ASSET): "--yynnn--yyyy",
    (Verb.DEAL, Kind.ASSET): "--nynnn--yyyy",
    (Verb.PRESERVE, Kind.ASSET): "--nnnny--nnnn",
    (Verb.VERIFY, Kind.ORGANISATION): "--nnnny-nnnnn",
    (Verb.VERIFY, Kind.EXPERT): "--nnnny--nnnn",
    (Verb.MERGE, Kind.ORGANISATION): "--nnnny-nnnnn",
    (Verb.GIVE_POSTS, Kind.ORGANISATION): "--nynny-nnnyn",
    (Verb.ADMINISTER, Kind.SERVICE): "nnnnnnnnynnnn",
}


def subject(kind: Kind, *, public: bool = False) -> Subject:
    if kind is Kind.SERVICE:
        return Subject(kind)
    number = "O" if kind is Kind.ORGANISATION else "1"
    holders = frozenset({"O", "C", "i"})
    return Subject(kind, number, "3301", holders, frozenset({"P"}), public, "O")


def said(answer: object) -> str:
    if answer is None:
        return "y"
    return "-" if getattr(answer, "en", "") == "there is no such record" else "n"


@pytest.mark.parametrize(("verb", "kind"), list(product(Verb, Kind)), ids=str)
def test_the_matrix_is_as_it_is_written_down(verb, kind):
    found = "".join(said(may(actor, verb, subject(kind))) for actor in PEOPLE.values())
    assert found == MATRIX.get((verb, kind), "-" * len(PEOPLE))


@given(
    st.builds(
        Actor, st.sampled_from(["", "x"]), st.just({}), st.just(frozenset()), st.just(frozenset({"32"}))
    ),
    st.sampled_from(Verb),
    st.sampled_from([kind for kind in Kind if kind is not Kind.SERVICE]),
)
def test_an_outsider_is_told_the_same_of_what_exists_and_of_what_does_not(actor, verb, kind):
    if verb is Verb.OPEN:
        return
    there, not_there = subject(kind), Subject(kind, "none", "3301")
    assert may(actor, verb, there) == may(actor, verb, not_there)
    assert said(may(actor, verb, there)) == "-"


def test_what_is_public_is_seen_and_no_more():
    nobody = PEOPLE["nobody"]
    assert may(nobody, Verb.SEE, subject(Kind.NEED, public=True)) is None
    assert said(may(nobody, Verb.SEE_CONFIDENTIAL, subject(Kind.NEED, public=True))) == "-"
    assert said(may(nobody, Verb.EDIT, subject(Kind.NEED, public=True))) == "n"


def test_every_refusal_is_in_both_languages():
    for actor, verb, kind in product(PEOPLE.values(), Verb, Kind):
        answer = may(actor, verb, subject(kind))
        assert answer is None or (answer.zh and answer.en)


def test_every_rule_is_said_in_words_for_the_reference():
    assert set(rules()) == set(MATRIX)
    assert all(said.zh and said.en for said in rules().values())


def test_an_officer_opens_for_organisations_of_its_division_alone():
    officer = PEOPLE["officer"]
    for division, answer in (("3301", "y"), ("3201", "-"), ("", "-")):
        assert said(may(officer, Verb.OPEN, Subject(Kind.CASE, "1", division, frozenset({"O"})))) == answer
