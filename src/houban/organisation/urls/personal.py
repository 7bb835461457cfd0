"""Addresses of personal values."""

from django.urls import URLPattern, path

from houban.organisation.views import erasures, personal

urlpatterns: list[URLPattern] = [
    path("people/<int:pk>/personal/", personal.show, name="personal"),
    path("people/<int:pk>/personal/values/", personal.put, name="put-personal"),
    path("people/<int:pk>/data/", erasures.show, name="person-data"),
    path("people/<int:pk>/data/export/", erasures.export, name="export-personal"),
    path("people/<int:pk>/data/erasure/", erasures.erase, name="erase-personal"),
    path("personal/<int:pk>/disclosure/", personal.uncover, name="uncover"),
    path("personal/<int:pk>/removal/", personal.remove, name="remove-personal"),
    path("personal/search/", personal.find, name="find-by-value"),
    path("personal/", erasures.index, name="personal-data"),
    path("personal/rotation/", erasures.rotate, name="rotate-keys"),
]
