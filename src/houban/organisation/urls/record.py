"""Addresses of the record, a room of its own."""

from django.urls import path

from houban.organisation.views import record

app_name = "record"

urlpatterns = [
    path("", record.index, name="index"),
    path("export/", record.export, name="export"),
    path("<int:pk>/", record.entry, name="entry"),
]
