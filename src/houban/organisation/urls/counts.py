"""Addresses of what the county has."""

from django.urls import path

from houban.organisation.views import counts

urlpatterns = [
    path("counts/", counts.counts, name="counts"),
    path("counts/export/", counts.counts_export, name="counts-export"),
]
