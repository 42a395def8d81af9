"""Template tags: both languages stand side by side, and the reader's is shown."""

from __future__ import annotations

from django import template
from django.template import Context

from qixi.core import Text
from qixi.web.language import spoken

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, zh: str, en: str) -> str:
    """Return the wording in the reader's language: {% say "提交" "Submit" %}."""
    return Text(zh, en).in_language(spoken())


@register.filter
def said(text: Text | None) -> str:
    """Return a text in the reader's language: {{ step.title|said }}."""
    return text.in_language(spoken()) if text is not None else ""
