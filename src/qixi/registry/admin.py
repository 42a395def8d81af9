"""What operators see of the registers. Nothing is edited here: services alone write, and keep who did what.

As `may` has it, an operator sees people and organisations and what is public, no asset, message or case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils import timezone

from qixi.core import Refused
from qixi.registry.models import Division, Entry, Notice, Organisation, Post, PublishedNeed, User
from qixi.registry.queries.people import actor_of
from qixi.registry.services.accounts import lock_account, unlock_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from qixi.registry.domain.may import Actor

    Register = admin.ModelAdmin[Model]
else:
    Register = admin.ModelAdmin


class ReadOnly(Register):
    """A register as operators see it: looked at, not written."""

    def has_view_permission(self, request: HttpRequest, _: Any = None) -> bool:
        """Let every operator look."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the register to every operator."""
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Let nobody filter by what is not shown: guesses in an address would read it letter by letter."""
        named = self.get_list_filter(request) if request is not None else self.list_filter
        fields = {str(each[0] if isinstance(each, tuple) else each) for each in named}
        return lookup in {f"{field}{way}" for field in fields for way in ("", "__exact", "__isempty")}

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Let nobody add a row here."""
        return False

    def has_change_permission(self, request: HttpRequest, _: Any = None) -> bool:
        """Let nobody change a row here."""
        return False

    def has_delete_permission(self, request: HttpRequest, _: Any = None) -> bool:
        """Let nobody delete a row here."""
        return False


@admin.register(User)
class Users(ReadOnly):
    """Accounts, which an operator may lock and unlock."""

    list_display = ("username", "name", "is_active", "is_staff", "date_joined", "closed_on")
    search_fields = ("username", "name", "number")
    list_filter = ("is_active", "is_staff")
    fields = (
        "number",
        "username",
        "name",
        "email",
        "language",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
        "closed_on",
    )
    actions = ("lock", "unlock")

    @admin.action(description="锁定账号 / lock", permissions=["view"])
    def lock(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Lock the accounts chosen."""
        _each(request, chosen, lock_account)

    @admin.action(description="解锁账号 / unlock", permissions=["view"])
    def unlock(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Unlock the accounts chosen."""
        _each(request, chosen, unlock_account)


@admin.register(Organisation)
class Organisations(ReadOnly):
    """Organisations; they are verified, merged and parted at the desk."""

    list_display = ("name", "credit_code", "kind", "division", "standing", "merged_into")
    search_fields = ("name", "name_key", "credit_code", "number")
    list_filter = ("kind", "standing")
    list_select_related = ("division", "merged_into")


@admin.register(Post)
class Posts(ReadOnly):
    """Posts."""

    list_display = ("user", "title", "organisation", "since", "until")
    search_fields = ("user__username", "user__name", "organisation__name")
    list_filter = ("title",)
    list_select_related = ("user", "organisation")


@admin.register(Division)
class Divisions(ReadOnly):
    """Administrative divisions, as shipped."""

    list_display = ("code", "name", "parent")
    search_fields = ("code", "name")
    list_select_related = ("parent",)


@admin.register(Entry)
class Entries(ReadOnly):
    """What was done about accounts, posts and organisations: who, when, why."""

    list_display = ("on", "kind", "verb", "number", "person")
    list_filter = ("kind", "verb")
    search_fields = ("number", "person")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what an operator may see: nothing of assets and cases."""
        return super().get_queryset(request).filter(kind__in=["account", "post", "organisation", "expert"])


@admin.register(PublishedNeed)
class Needs(ReadOnly):
    """Needs that were published."""

    list_display = ("case", "title", "division", "published_on", "expires_on", "withdrawn_on")
    search_fields = ("case", "title")


@admin.register(Notice)
class Notices(ReadOnly):
    """Prices that were announced."""

    list_display = ("case", "name", "price", "related", "published_on", "ends_on", "withdrawn_on")
    search_fields = ("case", "name")


def _each(request: HttpRequest, chosen: QuerySet[User], service: Callable[[Actor, str, Any], None]) -> None:
    """Do something with each account; what is refused is said, and the others go on."""
    assert isinstance(request.user, User)
    today = timezone.localdate()
    actor = actor_of(request.user, today)
    for user in chosen:
        try:
            service(actor, str(user.number), today)
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{user}: {problem.message()}")
