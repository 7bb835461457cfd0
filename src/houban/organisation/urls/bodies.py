"""Addresses of organisations and posts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
