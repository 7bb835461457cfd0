"""Addresses of people and hand-overs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
