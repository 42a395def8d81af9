"""Who one is, and one's tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from qixi.api.caller import Asked, Session, known
from qixi.api.models import Scope, Token
from qixi.api.queries import tokens_of
from qixi.api.services import LONGEST, issue_token, revoke_token
from qixi.registry.models import User
from qixi.registry.queries import division_of, names_of

router = Router(tags=["people"])


class PostHeld(BaseModel):
    """What one is in an organisation."""

    organisation: str
    name: str
    titles: list[str]
    verified: bool


class Named(BaseModel):
    """A division by its code and name."""

    code: str
    name: str


class Me(BaseModel):
    """Who asks. `scopes` is null with a session, which may do all that the person may."""

    number: str
    username: str
    name: str
    language: str
    operator: bool
    posts: list[PostHeld]
    divisions: list[Named] = Field(description="where one is an officer")
    scopes: list[Scope] | None


class Wish(BaseModel):
    """What a token is to be."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100, pattern=r"\S", description="what it is for")
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    days: int = Field(90, ge=1, le=LONGEST)


class TokenShown(BaseModel):
    """A token. `mark` names it and stands in its key; the key itself is not kept."""

    mark: str
    name: str
    scopes: list[Scope]
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None


class TokenIssued(TokenShown):
    """A token that was just issued, with its key, which is shown this once."""

    key: str


class TokenList(BaseModel):
    """The tokens of a person, the latest first."""

    items: list[TokenShown]


@router.get("/me", auth=known(Scope.READ), response=Me, summary="我是谁 / Who am I")
def me(request: Asked) -> Me:
    """Say who asks, with one's posts and the divisions for which one is an officer."""
    caller = request.auth
    user, actor = person_asking(request), caller.actor
    names = names_of(actor.posts)
    return Me(
        number=actor.number,
        username=user.username,
        name=user.name,
        language=user.language,
        operator=actor.operator,
        posts=[
            PostHeld(
                organisation=number,
                name=names.get(number, ""),
                titles=sorted(titles),
                verified=number in actor.verified,
            )
            for number, titles in sorted(actor.posts.items())
        ],
        divisions=[
            Named(code=found.code, name=found.name)
            for code in sorted(actor.divisions)
            if (found := division_of(code)) is not None
        ],
        scopes=caller.token.scopes if caller.token is not None else None,
    )


@router.get("/tokens", auth=Session(), response=TokenList, summary="我的令牌 / My tokens")
def tokens(request: Asked) -> TokenList:
    """List one's tokens; by session only, so that no token can show or make another."""
    return TokenList(items=[TokenShown(**_token(each)) for each in tokens_of(person_asking(request))])


@router.post("/tokens", auth=Session(), response={201: TokenIssued}, summary="签发令牌 / Issue a token")
def issue(request: Asked, wish: Wish) -> Status[TokenIssued]:
    """Issue a token. Its key is in the answer, once: keep it safe. No Idempotency-Key is taken here."""
    token, key = issue_token(person_asking(request), wish.name, wish.scopes, wish.days, request.auth.now)
    return Status(201, TokenIssued(**_token(token), key=key))


@router.delete("/tokens/{mark}", auth=Session(), response={204: None}, summary="撤销令牌 / Revoke a token")
def revoke(
    request: Asked, mark: Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", description="令牌标记 / its mark")]
) -> Status[None]:
    """Revoke a token at once."""
    revoke_token(person_asking(request), mark, request.auth.now)
    return Status(204, None)


def person_asking(request: Asked) -> User:
    """Return the account of who asks, where the operation is for those who are known."""
    user = request.auth.user
    assert user is not None, "whoever is known has an account"
    return user


def _token(token: Token) -> dict[str, Any]:
    names = ("mark", "name", "scopes", "issued_at", "expires_at", "used_at")
    return {name: getattr(token, name) for name in names}
