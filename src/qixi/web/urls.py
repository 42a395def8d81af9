"""The addresses of pages."""

from __future__ import annotations

from django.urls import path

from qixi.web.applicant import around, asset_acts, assets, contracts, organisation, own, panel
from qixi.web.applicant import views as applicant
from qixi.web.desk import experts
from qixi.web.desk import views as desk
from qixi.web.market import clocks, fair_papers, fairs, introductions, needs, stock, technologies
from qixi.web.office import versions
from qixi.web.office import views as office
from qixi.web.public import demo
from qixi.web.public import views as public

urlpatterns = [
    path("", public.home, name="home"),
    path("healthz", public.healthy, name="healthy"),
    path("language", public.language, name="language"),
    path("procedures", public.listed, name="procedures"),
    path("procedures/<slug:code>", public.guide, name="guide"),
    path("needs", public.needs, name="needs"),
    path("needs/<slug:number>", needs.need, name="need"),
    path("needs/<slug:number>/grades/<uuid:asset>", needs.grade, name="grade"),
    path("needs/<slug:number>/introductions/<uuid:asset>", introductions.begin, name="introduce"),
    path("introductions", introductions.introductions, name="introductions"),
    path("technologies", technologies.technologies, name="technologies"),
    path("technologies/<uuid:number>", technologies.technology, name="technology"),
    path("fairs", fairs.listed, name="fairs"),
    path("fairs/new", fairs.new, name="fair_new"),
    path("fairs/<uuid:number>", fairs.one, name="fair"),
    path("fairs/<uuid:number>/guests/<uuid:guest>", fairs.guest, name="fair_guest"),
    path("fairs/<uuid:number>/in/<str:code>", fairs.arrival, name="fair_arrival"),
    path("fairs/<uuid:number>/papers/<str:name>", fair_papers.paper, name="fair_paper"),
    path("clocks", clocks.clocks, name="clocks"),
    path("lists", stock.lists, name="lists"),
    path("lists/<uuid:number>", stock.one, name="list"),
    path("notices", public.notices, name="notices"),
    path("notices/<slug:number>", public.notice, name="notice"),
    path("assets", assets.listed, name="assets"),
    path("assets/of/<uuid:party>", assets.holdings, name="holdings"),
    path("assets/of/<uuid:party>/new", asset_acts.enter, name="enter_asset"),
    path("assets/of/<uuid:party>/claim", asset_acts.claim, name="claim"),
    path("assets/<uuid:number>", assets.asset, name="asset"),
    path("assets/<uuid:number>/<slug:act>", asset_acts.change, name="asset_act"),
    path("cases", applicant.mine, name="mine"),
    path("cases/new", applicant.choose, name="choose"),
    path("cases/new/<slug:code>", applicant.begin, name="begin"),
    path("cases/<slug:number>", applicant.case, name="case"),
    path("cases/<slug:number>/acts/<slug:verb>", applicant.act, name="act"),
    path("cases/<slug:number>/files", around.attach, name="attach"),
    path("cases/<slug:number>/files/<uuid:evidence>", around.file, name="file"),
    path("cases/<slug:number>/receipt", around.receipt, name="receipt"),
    path("cases/<slug:number>/file.pdf", around.whole, name="whole"),
    path("cases/<slug:number>/bundle.zip", around.bundle, name="bundle"),
    path("cases/<slug:number>/papers/<slug:name>.<slug:form>", around.paper, name="paper"),
    path("cases/<slug:number>/panel", panel.panel, name="panel"),
    path("cases/<slug:number>/panel/<uuid:draw>.json", panel.draw, name="draw"),
    path("cases/<slug:number>/parties", around.parties, name="parties"),
    path("cases/<slug:number>/proposals/<uuid:proposal>", around.proposal, name="proposal"),
    path("invitations/<uuid:invitation>", around.invitation, name="invitation"),
    path("organisations/named", organisation.named, name="name_organisation"),
    path("organisations/<uuid:number>", organisation.organisation, name="organisation"),
    path("invited/<str:token>", organisation.invited, name="invited"),
    path("contracts", contracts.contracts, name="contracts"),
    path("inbox", own.letters, name="inbox"),
    path("me", own.me, name="me"),
    path("me/export", own.export, name="export"),
    path("me/close", own.close, name="close"),
    path("desk", desk.board, name="desk"),
    path("desk/together", desk.together, name="together"),
    path("desk/organisations", desk.organisations, name="organisations"),
    path("desk/figures", desk.figures, name="figures"),
    path("desk/experts", experts.experts, name="experts"),
    path("experts/<uuid:number>", experts.expert, name="expert"),
    path("work", office.work, name="work"),
    path("versions", versions.versions, name="versions"),
    path("versions/<slug:code>/<int:version>", versions.version, name="version"),
    path("demo", demo.demo, name="demo"),
    path("privacy", public.privacy, name="privacy"),
]
