"""A published version does not change unnoticed, and a new one is tried on open cases first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from walking import DIVISION, walk

from qixi.core import Text
from qixi.policy import default_parameters
from qixi.procedures import lock
from qixi.procedures.catalogue import catalogue, newest
from qixi.procedures.forms import Form, titled
from qixi.procedures.guide import diagram, guide, schemas
from qixi.procedures.lock import changed, lines, published
from qixi.procedures.rehearsal import rehearse


def other(procedure, step: str, verb: str, **changes):
    def of(each):
        if each.name != step:
            return each
        acts = tuple(replace(act, **changes) if act.verb == verb else act for act in each.acts)
        return replace(each, acts=acts)

    return replace(procedure, steps=tuple(of(each) for each in procedure.steps))


def test_no_published_version_was_changed():
    assert changed(lines(catalogue().values()), published()) == ()
    locked = {line.split(" ")[0] for line in published()}
    assert locked == {f"{code}@{version}" for code, version in catalogue()}


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "refused"},
        {"title": Text("别的", "Other")},
        {"checks": ()},
        {"serves": True},
        {"form": None},
        {"in_person": True},
    ],
)
def test_a_change_of_a_published_act_is_found(changes):
    need = newest("need")
    now = lines([other(need, "draft", "submit", **changes)])
    assert changed(now, lines([need])) == ("need@1 draft/submit",)
    assert changed(lines([replace(need, version=2)]), lines([need])) != ()
    assert changed([*lines([need]), *lines([replace(need, version=2)])], lines([need])) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"papers": ()},
        {"authority": Text("省科技厅", "the province")},
        {"valid_from": date(2030, 1, 1)},
        {"open_to_unverified": frozenset({"submit"})},
    ],
)
def test_a_change_of_a_published_head_is_found(changes):
    price = newest("price")
    assert changed(lines([replace(price, **changes)]), lines([price])) == ("price@1",)


def test_a_change_of_what_a_published_file_calls_is_found_and_of_its_words_is_not(monkeypatch):
    price = newest("price")
    text, before = lock.sources()["price", 1], lines([price])
    explained = text.replace('"""Ask what the relation', '"""Have it said what the relation')
    other_way = text.replace('said("submit", "resubmit")', 'said("submit")')
    assert text not in {explained, other_way}
    for version, found in ((f"# why\n{explained}", ()), (other_way, ("price@1 file",))):
        monkeypatch.setattr(lock, "sources", lambda version=version: {("price", 1): version})
        assert changed(lines([price]), before) == found


class Narrow(Form):
    title: str = titled("名称", "Title", max_length=3)


def test_a_rehearsal_says_which_cases_break_and_why():
    need = newest("need")
    cases = [case for seed in range(30) if len((case := walk(need, seed, acts=12)[0]).events) > 1]
    assert all(
        each.breaks == () and each.step == case.step
        for each, case in zip(rehearse(cases, need), cases, strict=True)
    )
    broken = rehearse(cases, other(need, "draft", "submit", form=Narrow))
    submitted = [any(event.verb == "submit" for event in case.events) for case in cases]
    assert [bool(each.breaks) for each in broken] == submitted
    assert any(submitted)
    text = next(each.breaks[0] for each in broken if each.breaks)
    assert "title" in text.en
    assert "已填内容不合新表单" in text.zh
    elsewhere = rehearse(cases, other(need, "draft", "submit", to="confirmation"))
    assert any("leads to 'confirmation'" in each.breaks[0].en for each in elsewhere if each.breaks)


def test_a_step_may_be_called_otherwise():
    need = newest("need")
    moved = replace(
        need,
        steps=tuple(
            replace(
                step,
                name="checking" if step.name == "curation" else step.name,
                acts=tuple(replace(a, to="checking") if a.to == "curation" else a for a in step.acts),
            )
            for step in need.steps
        ),
    )
    cases = [walk(need, seed, acts=12)[0] for seed in range(30)]
    assert any(each.breaks for each in rehearse(cases, moved))
    assert not any(each.breaks for each in rehearse(cases, moved, {"curation": "checking"}))


@pytest.mark.parametrize("procedure", [pytest.param(p, id=p.code) for p in catalogue().values()])
def test_guide_diagram_and_schemas_tell_all(procedure):
    rules = default_parameters().on(date(2026, 3, 2), DIVISION)
    zh, en = (guide(procedure, rules, language) for language in ("zh", "en"))
    assert procedure.title.zh in zh
    assert procedure.title.en in en
    for step in procedure.steps:
        assert step.title.zh in zh
        assert step.title.en in en
        assert f"    {step.name} : " in diagram(procedure, "zh")
    assert not any("\u3400" <= c <= "\u9fff" for c in en.split("## Steps")[1].split("## Periods")[0])
    found = schemas(procedure)
    assert all(schema["type"] == "object" for schema in found.values())
    assert "draft/submit" in found
