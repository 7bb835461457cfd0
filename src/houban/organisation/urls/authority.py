"""Addresses of who may what."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
