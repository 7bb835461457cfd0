"""Addresses of organisations, posts, people and their authority."""

from houban.organisation.urls import authority, bodies, counts, elections, people, personal, rosters

app_name = "organisation"

urlpatterns = [
    *bodies.urlpatterns,
    *people.urlpatterns,
    *personal.urlpatterns,
    *elections.urlpatterns,
    *rosters.urlpatterns,
    *counts.urlpatterns,
    *authority.urlpatterns,
]
