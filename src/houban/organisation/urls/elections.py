"""Addresses of terms and elections."""

from django.urls import URLPattern, path

from houban.organisation.views import elections, results

urlpatterns: list[URLPattern] = [
    path("elections/", elections.index, name="elections"),
    path("elections/results/", results.upload, name="election-results"),
    path("elections/results/template.xlsx", results.template, name="election-results-template"),
    path("elections/results/application/", results.application, name="election-results-application"),
    path("elections/terms/<int:pk>/", elections.term, name="term"),
    path("elections/<int:pk>/new/", elections.new_term, name="new-term"),
]
