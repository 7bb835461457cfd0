"""Addresses of matters."""

from django.urls import path

from houban.matters.views import queues

app_name = "matters"

urlpatterns = [
    path("", queues.queue, name="queue"),
    path("matters.xlsx", queues.export, name="export"),
    path("new/", queues.new, name="new"),
    path("bulk/", queues.bulk, name="bulk"),
    path("evidence/<int:pk>/", queues.photo, name="photo"),
    path("<uuid:pk>/", queues.show, name="matter"),
    path("<uuid:pk>/<slug:verb>/", queues.step, name="step"),
]
