"""Where each door is."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from qixi.api.door import api

# One way in: with its limits on tries and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("api/", api.urls),
    path("office/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("", include("qixi.web.urls")),
]
handler400 = "qixi.web.faults.bad_request"
handler403 = "qixi.web.faults.denied"
handler404 = "qixi.web.faults.not_found"
handler500 = "qixi.web.faults.failed"
