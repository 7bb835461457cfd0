"""Addresses of rosters in and out."""

from django.urls import URLPattern, path

from houban.organisation.views import rosters

urlpatterns: list[URLPattern] = [
    path("rosters/", rosters.index, name="rosters"),
    path("rosters/template.xlsx", rosters.template, name="roster-template"),
    path("rosters/export.xlsx", rosters.workbook, name="roster-export"),
    path("rosters/preview/", rosters.upload, name="roster-preview"),
    path("rosters/application/", rosters.application, name="roster-application"),
]
