"""Every address, put together from the rooms."""

from django.urls import include, path
from django.views.i18n import set_language

from houban.config.api import api
from houban.ui import views as ui
from houban.ui.pages import public

handler400 = "houban.ui.errors.bad_request"
handler403 = "houban.ui.errors.denied"
handler404 = "houban.ui.errors.missing"
handler500 = "houban.ui.errors.failed"

urlpatterns = [
    path("", ui.home, name="home"),
    path("search/", ui.search, name="search"),
    path("theme/", ui.theme, name="theme"),
    path("language/", public(set_language), name="set_language"),
    path("healthz", ui.healthz, name="healthz"),
    path("kit/", ui.kit, name="kit"),
    path("kit/map.json", ui.kit_map, name="kit-map"),
    path("api/v1/", api.urls),
    path("account/", include("houban.accounts.urls")),
    path("organisation/", include("houban.organisation.urls")),
    path("matters/", include("houban.matters.urls")),
    path("record/", include("houban.organisation.urls.record")),
    path("divisions/", include("houban.divisions.urls")),
    path("reports/", include("houban.reports.urls")),
]
