"""Addresses of personal values."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
