"""Template tags: both languages stand side by side, and the reader's is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context

from qixi.core import Problem, Text
from qixi.market.domain.stock import HEADS
from qixi.procedures.guide import ROLES
from qixi.procedures.values import Role
from qixi.registry.domain.asset import AssetKind, Status
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.models import Post
from qixi.tables import known_heads
from qixi.web.components.accounts import label_of
from qixi.web.components.timeline import PHASES
from qixi.web.language import spoken

register = template.Library()
_CHANGES = {
    "mandate": Text("委托代理", "mandate given"),
    "mandate_ended": Text("委托终止", "mandate ended"),
    "left": Text("退出共同申请", "co-applicant left"),
    "rebase": Text("改用另一版本", "moved to another version"),
    "enter": Text("登记", "entered"),
    "edit": Text("修改说明", "description changed"),
    "right": Text("更新权利状态", "standing of the right changed"),
    "hand_over": Text("移交牵头编辑", "lead handed over"),
    "transfer": Text("转让份额", "share transferred"),
    "confirmed": Text("确认份额", "share confirmed"),
    "disputed": Text("对份额提出异议", "share disputed"),
    "claim": Text("提出权属主张", "a part claimed"),
    "encumber": Text("登记许可、质押或保全", "licence, pledge or preservation entered"),
    "release": Text("解除许可、质押或保全", "licence, pledge or preservation released"),
    "name": Text("按名称登记", "entered by its name"),
    "merge": Text("并入其他机构", "merged into another"),
    "part": Text("撤销合并", "merge undone"),
    "verify": Text("核验", "verified"),
    "grade": Text("更新评级", "graded"),
    "give": Text("任命", "post given"),
    "end": Text("卸任", "post ended"),
    "accept": Text("接受邀请", "invitation accepted"),
    "invite": Text("发出邀请", "invitation made"),
    "withdraw": Text("撤回邀请", "invitation taken back"),
}


@register.simple_tag
def say(zh: str, en: str, *values: Any) -> str:
    """Return the wording in the reader's language: {% say "共 {} 件" "{} in all" count %}."""
    return Text(zh, en).in_language(spoken()).format(*values)


@register.filter
def said(text: Text | None) -> str:
    """Return a text in the reader's language: {{ step.title|said }}."""
    return text.in_language(spoken()) if text is not None else ""


@register.filter
def phase_name(phase: str) -> str:
    """Return the name of a phase in the reader's language."""
    return next((said(text) for known, text in PHASES.items() if known == phase), phase)


@register.filter
def role_name(role: Role | None) -> str:
    """Return the name of a role in the reader's language; nobody's turn is empty."""
    return said(ROLES[role]) if role is not None else ""


@register.filter
def role_of(role: str) -> str:
    """Return the name of a role that a record keeps."""
    return role_name(Role(role))


@register.filter
def named(names: Mapping[str, str], party: str) -> str:
    """Return the name of a party: {{ names|named:each.party }}."""
    return names.get(party, "")


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """Return what a mapping has under a key that is not known before: {{ titles|of:verb|said }}."""
    return found.get(key)


@register.filter
def bilingual(label: object) -> str:
    """Return a label of the registers, which is written "中文 / English", in the reader's language."""
    zh, _, en = str(label).partition(" / ")
    return said(Text(zh, en or zh))


@register.filter
def post_name(title: str) -> str:
    """Return the name of a post that a record keeps."""
    return bilingual(Post.Title(title).label)


@register.filter
def change_name(verb: str) -> str:
    """Return what was changed about who takes part, in words."""
    return said(_CHANGES.get(verb, Text(verb, verb)))


@register.filter
def labelled(field: BoundField) -> str:
    """Return what a field of an account's page is called, in the reader's language."""
    return said(label_of(field.name, field.label))


@register.filter
def burden_name(kind: str) -> str:
    """Return the name of a licence, pledge or preservation that a record keeps."""
    return said(Burden(kind).text)


@register.filter
def asset_kind(kind: str) -> str:
    """Return the name of a kind of asset that a record keeps."""
    return said(AssetKind(kind).text)


@register.filter
def right_name(status: str) -> str:
    """Return where a right stands, in words."""
    return said(Status(status).text)


@register.filter
def percent(share: float) -> str:
    """Return a share as a percentage: 0.25 is 25%."""
    return f"{share:.0%}"


@register.filter
def unlocalised(number: float) -> str:
    """Return a number as drawings take it, whatever the reader's language."""
    return f"{number:g}"


@register.simple_tag(takes_context=True)
def query(context: Context, **changed: Any) -> str:
    """Return the page's query with some entries changed, for links to other pages of a list."""
    asked: QueryDict = context["request"].GET.copy()
    for name, value in changed.items():
        asked[name] = str(value)
    return asked.urlencode()


@register.filter
def both(text: Mapping[str, str]) -> str:
    """Return a text that a record keeps in both languages, in the reader's: {{ reason|both }}."""
    return said(Text(text.get("zh", ""), text.get("en", "")))


@register.filter
def problem(kept: Mapping[str, Any]) -> Text:
    """Return a problem that a record keeps, as a sentence: place, reason and remedy."""
    texts = {name: Text(**kept[name]) for name in ("reason", "remedy")}
    return Problem(**{**kept, **texts}).message()


@register.filter
def attribute(row: object, name: str) -> str:
    """Return what a record has under a name that is not known before, as text; empty where it has nothing."""
    value = getattr(row, name, None)
    return "" if value is None else str(value)


@register.filter
def column_name(field: str) -> str:
    """Return what a field of lists is called, by the first head under which it is understood."""
    heads = HEADS.get(field) or known_heads("supply").get(field, ())
    zh = next((head for head in heads if not head.isascii()), field)
    return said(Text(zh, field.replace("_", " ")))
