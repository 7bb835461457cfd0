"""Addresses of terms and elections."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
