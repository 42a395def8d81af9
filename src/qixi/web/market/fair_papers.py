"""Papers of a matchmaking event, for its organiser to keep."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from qixi.api.downloads import download
from qixi.market.models import Guest
from qixi.market.queries.fair_papers import brochure_for, cards_for
from qixi.web.language import spoken
from qixi.web.visitor import signed_in, visitor


@signed_in
@require_safe
def paper(request: HttpRequest, number: UUID, name: str) -> HttpResponse:
    """Serve the brochure of an event as PDF or DOCX, or the name cards of its guests."""

    def address(guest: Guest) -> str:
        return request.build_absolute_uri(reverse("fair_arrival", args=[number, guest.code]))

    actor = visitor(request)
    if name == "brochure.pdf":
        return download(brochure_for(actor, number, spoken(), "pdf"))
    if name == "brochure.docx":
        return download(brochure_for(actor, number, spoken(), "docx"))
    if name == "cards.pdf":
        return download(cards_for(actor, number, address, spoken()))
    raise Http404
