"""Addresses of matters."""

from django.urls import path

from houban.matters.views import (
    comments,
    intakes,
    maps,
    notices,
    orders,
    parties,
    queues,
    rules,
    statistics,
    subscription,
)

app_name = "matters"

urlpatterns = [
    path("", queues.queue, name="queue"),
    path("matters.xlsx", queues.export, name="export"),
    path("new/", queues.new, name="new"),
    path("bulk/", queues.bulk, name="bulk"),
    path("map/", maps.show, name="map"),
    path("map/points.json", maps.points, name="points"),
    path("orders/", orders.index, name="orders"),
    path("orders/orders.xlsx", orders.export, name="orders-export"),
    path("orders/new/", orders.new, name="new-order"),
    path("orders/<uuid:pk>/", orders.show, name="order"),
    path("orders/<uuid:pk>/edit/", orders.edit, name="edit-order"),
    path("notices/", notices.index, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/choice/", subscription.choose, name="subscription"),
    path("evidence/<int:pk>/", queues.photo, name="photo"),
    path("statistics/", statistics.show, name="statistics"),
    path("statistics/statistics.xlsx", statistics.export, name="statistics-export"),
    path("rules/", rules.types, name="rules"),
    path("rules/duties/", rules.duties, name="duties"),
    path("rules/hours/", rules.hours, name="hours"),
    path("rules/types/<int:pk>/", rules.history, name="type"),
    path("rules/file/", rules.file, name="rule-book"),
    path("rules/rules.xlsx", rules.workbook, name="rule-workbook"),
    path("rules/file/preview/", rules.preview, name="rule-preview"),
    path("rules/file/application/", rules.application, name="rule-application"),
    path("rules/platforms/", intakes.index, name="intakes"),
    path("rules/platforms/<int:pk>/", intakes.show, name="intake"),
    path("rules/platforms/<int:pk>/progress/", intakes.progress, name="intake-progress"),
    path("rules/platforms/<int:pk>/refused.xlsx", intakes.refused, name="intake-refused"),
    path("rules/platforms/<int:pk>/<slug:word>/", intakes.act, name="intake-act"),
    path("rules/<slug:part>/new/", rules.new, name="new-rule"),
    path("rules/<slug:part>/<int:pk>/edit/", rules.edit, name="edit-rule"),
    path("rules/<slug:part>/<int:pk>/end/", rules.end, name="end-rule"),
    path("<uuid:pk>/", queues.show, name="matter"),
    path("<uuid:pk>/comments/", comments.comment, name="comment"),
    path("<uuid:pk>/parties/", parties.show, name="parties"),
    path("<uuid:pk>/parties/correct/", parties.correct, name="correct-parties"),
    path("<uuid:pk>/<slug:verb>/", queues.step, name="step"),
]
