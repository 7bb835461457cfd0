"""A day's divisions to download: CSV, Parquet, GeoJSON."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from houban.divisions import exports
from houban.divisions.words import Scheme
from houban.ui.pages import StaffRequest, page


def _scheme(request: StaffRequest) -> str:
    asked = request.GET.get("scheme", "")
    return asked if asked in Scheme.values else Scheme.NBS.value


def _named(request: StaffRequest, ending: str) -> str:
    name = _("区划 %(day)s") % {"day": request.as_of.isoformat()}
    return f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}')}"


@page
def csv(request: StaffRequest) -> HttpResponse:
    """Send the divisions of the day as CSV."""
    content = exports.as_csv(exports.table(request.as_of, scheme=_scheme(request)))
    return HttpResponse(content, content_type="text/csv", headers={"Content-Disposition": _named(request, "csv")})


@page
def parquet(request: StaffRequest) -> HttpResponse:
    """Send the divisions of the day as Parquet."""
    content = exports.as_parquet(exports.table(request.as_of, scheme=_scheme(request)))
    headers = {"Content-Disposition": _named(request, "parquet")}
    return HttpResponse(content, content_type="application/vnd.apache.parquet", headers=headers)


@page
def geojson(request: StaffRequest) -> StreamingHttpResponse:
    """Send the divisions of the day as GeoJSON, with boundaries where they are known."""
    pieces = exports.geojson(request.as_of, scheme=_scheme(request))
    headers = {"Content-Disposition": _named(request, "geojson")}
    return StreamingHttpResponse(pieces, content_type="application/geo+json", headers=headers)
