"""Addresses of who may do what."""

from django.urls import path

from houban.organisation.views import authority

urlpatterns = [
    path("powers/", authority.powers, name="powers"),
    path("successors/", authority.successors, name="successors"),
    path("successors/<int:pk>/", authority.settlement, name="settle"),
    path("successors/<int:pk>/removal/", authority.unsettlement, name="unsettle"),
]
