"""Addresses of what the county has."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
