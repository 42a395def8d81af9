"""Who may what, all of it: each kind of person, each verb, each kind of record."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.registry.domain.may import Actor, Kind, Stage, Subject, Verb, may, rules

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
    "expert": Actor("e"),
    "objector": Actor("b"),
    "officer who began it": Actor("k", divisions=frozenset({"33"})),
}
# y yes, - no such record, n no with a reason; people in the order above.
MATRIX = {
    (Verb.SEE, Kind.CASE): "--yyyyy--yyyyyyy",
    (Verb.SEE, Kind.PROPOSAL): "--yyy----yyy----",
    (Verb.SEE, Kind.INVITATION): "---------y------",
    (Verb.SEE, Kind.ORGANISATION): "--yyyyy-yyyyyyyy",
    (Verb.SEE, Kind.ASSET): "--yyyyy--yyyyyyy",
    (Verb.SEE, Kind.NEED): "--yyyyy--yyyyyyy",
    (Verb.SEE, Kind.EXPERT): "--yyyyy--yyyyyyy",
    (Verb.SEE, Kind.DIVISION): "------y--------y",
    (Verb.SEE_CONFIDENTIAL, Kind.CASE): "--yyyyy--yyyyy-y",
    (Verb.SEE_CONFIDENTIAL, Kind.ASSET): "--yyyyy--yyyyy-y",
    (Verb.SEE_CONFIDENTIAL, Kind.NEED): "--yyyyy--yyyyy-y",
    (Verb.OPEN, Kind.CASE): "n-yyy-y--yy----y",
    (Verb.OPEN, Kind.ORGANISATION): "n-yyy-y--yy----y",
    (Verb.OPEN, Kind.ASSET): "n-yyy-y--yy----y",
    (Verb.OPEN, Kind.NEED): "n-yyy-y--yy----y",
    (Verb.ACT, Kind.CASE): "--yyyyy--yyyyy-y",
    (Verb.OVERSEE, Kind.CASE): "--nnnny--nnnnnny",
    (Verb.OBJECT, Kind.CASE): "--nnnnn--nnnnnnn",
    (Verb.ATTACH, Kind.CASE): "--yyyyy--yyyynyy",
    (Verb.MANDATE, Kind.CASE): "--nynnn--ynynnnn",
    (Verb.LEAVE, Kind.CASE): "--nnnyn--nnnnnnn",
    (Verb.ANSWER, Kind.INVITATION): "---------y------",
    (Verb.DRAW, Kind.CASE): "--nnnny--nnnnnny",
    (Verb.PROMISE, Kind.CASE): "--yyyyy--yyyynny",
    (Verb.APPROVE, Kind.PROPOSAL): "--nyn----nny----",
    (Verb.TAKE_BACK, Kind.PROPOSAL): "--ynn----nnn----",
    (Verb.EDIT, Kind.ASSET): "--yynnn--nyynnnn",
    (Verb.EDIT, Kind.NEED): "--yynnn--yyyynnn",
    (Verb.EDIT, Kind.EXPERT): "--nnnny--nnnynny",
    (Verb.CONFIRM, Kind.ASSET): "--yynnn--yyyynnn",
    (Verb.DEAL, Kind.ASSET): "--nynnn--yyyynnn",
    (Verb.PRESERVE, Kind.ASSET): "--nnnny--nnnnnny",
    (Verb.VERIFY, Kind.ORGANISATION): "--nnnny-nnnnnnny",
    (Verb.VERIFY, Kind.EXPERT): "--nnnny--nnnnnny",
    (Verb.MERGE, Kind.ORGANISATION): "--nnnny-nnnnnnny",
    (Verb.GOVERN, Kind.ORGANISATION): "--nynnn-nnnynnnn",
    (Verb.GIVE_POSTS, Kind.ORGANISATION): "--nynny-nnnynnny",
    (Verb.APPOINT_OFFICERS, Kind.ORGANISATION): "--nnnny-nnnnnnny",
    (Verb.SEE, Kind.FAIR): "--yyyyy--yyyyyyy",
    (Verb.OPEN, Kind.FAIR): "n-nynnn--yyynnnn",
    (Verb.EDIT, Kind.FAIR): "--nynnn--yyynnnn",
    (Verb.ANSWER, Kind.FAIR): "--nnnyn--nnnnynn",
    (Verb.DESK, Kind.SERVICE): "nnnnnnyynnnnnnny",
    (Verb.ADMINISTER, Kind.SERVICE): "nnnnnnnnynnnnnnn",
}
# The same of a case in its other stages; a price that its applicant decides itself is the last.
STAGES = {
    (Stage.DRAFT, False): {
        Verb.SEE: "--yyyy---yyyyyyy",
        Verb.SEE_CONFIDENTIAL: "--yyyy---yyyyy-y",
        Verb.OPEN: "n-yyy-y--yy----y",
        Verb.ACT: "--yyyy---yyyyy-y",
        Verb.OVERSEE: "--nnnn---nnnnnny",
        Verb.OBJECT: "--nnnn---nnnnnnn",
        Verb.ATTACH: "--yyyy---yyyynyy",
        Verb.MANDATE: "--nynn---ynynnnn",
        Verb.LEAVE: "--nnny---nnnnnnn",
        Verb.DRAW: "--nnnn---nnnnnny",
        Verb.PROMISE: "--yyyy---yyyynny",
    },
    (Stage.ANNOUNCED, False): {
        Verb.SEE: "-yyyyyyyyyyyyyyy",
        Verb.SEE_CONFIDENTIAL: "--yyyyy--yyyyy-y",
        Verb.OPEN: "n-yyy-y--yy----y",
        Verb.ACT: "--yyyyy--yyyyy-y",
        Verb.OVERSEE: "-nnnnnynnnnnnnny",
        Verb.OBJECT: "-ynnnnnyynnnnyyn",
        Verb.ATTACH: "-nyyyyynnyyyynyy",
        Verb.MANDATE: "-nnynnnnnynynnnn",
        Verb.LEAVE: "-nnnnynnnnnnnnnn",
        Verb.DRAW: "-nnnnnynnnnnnnny",
        Verb.PROMISE: "-nyyyyynnyyyynny",
    },
    (Stage.ANNOUNCED, True): {
        Verb.SEE: "-yyyyyyyyyyyyyyy",
        Verb.SEE_CONFIDENTIAL: "--yyyyy--yyyyy-y",
        Verb.OPEN: "n-yyy-y--yy----y",
        Verb.ACT: "--yyyyy--yyyyy-y",
        Verb.OVERSEE: "-nnnnnynnnnnnnny",
        Verb.OBJECT: "-ynnnnyyynnnnyyy",
        Verb.ATTACH: "-nyyyyynnyyyynyy",
        Verb.MANDATE: "-nnynnnnnynynnnn",
        Verb.LEAVE: "-nnnnynnnnnnnnnn",
        Verb.DRAW: "-nnnnnynnnnnnnny",
        Verb.PROMISE: "-nyyyyynnyyyynny",
    },
}


def subject(
    kind: Kind, *, public: bool = False, stage: Stage = Stage.UNDER_WAY, own: bool = False
) -> Subject:
    """Return a record of the organisations O and C and of i; P takes part in it, e sits on its panel."""
    if kind is Kind.SERVICE:
        return Subject(kind)
    if kind is Kind.DIVISION:
        return Subject(kind, "3301", "3301")
    if kind is Kind.PROPOSAL:
        posts, spoken = frozenset({"approver"}), frozenset({"c"})
        return Subject(kind, "1", holders=frozenset({"O", "C"}), lead="h", posts=posts, spoken=spoken)
    if kind is Kind.INVITATION:
        return Subject(kind, "1", holders=frozenset({"C"}))
    return Subject(
        kind,
        "O" if kind is Kind.ORGANISATION else "1",
        "3301",
        frozenset({"O", "C", "i"}),
        frozenset({"P", "e"}),
        public,
        "O",
        posts=frozenset({"approver"}),
        stage=stage,
        experts=frozenset({"e"}),
        objectors=frozenset({"b"}),
        begun_by=frozenset({"k"}),
        is_own=own,
    )


def said(answer: object) -> str:
    if answer is None:
        return "y"
    return "-" if getattr(answer, "en", "") == "there is no such record" else "n"


@pytest.mark.parametrize(("verb", "kind"), list(product(Verb, Kind)), ids=str)
def test_the_matrix_is_as_it_is_written_down(verb, kind):
    found = "".join(said(may(actor, verb, subject(kind))) for actor in PEOPLE.values())
    assert found == MATRIX.get((verb, kind), "-" * len(PEOPLE))


@pytest.mark.parametrize(("stage", "own"), list(STAGES), ids=str)
@pytest.mark.parametrize("verb", Verb, ids=str)
def test_the_stages_of_a_case_are_as_they_are_written_down(stage, own, verb):
    case = subject(Kind.CASE, stage=stage, own=own)
    found = "".join(said(may(actor, verb, case)) for actor in PEOPLE.values())
    assert found == STAGES[stage, own].get(verb, "-" * len(PEOPLE))


def test_an_officer_whose_office_decides_hears_why_it_does_not_object():
    case = subject(Kind.CASE, stage=Stage.ANNOUNCED)
    said_to_officer = may(PEOPLE["officer"], Verb.OBJECT, case)
    assert said_to_officer is not None
    assert "your office decides" in said_to_officer.en


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
