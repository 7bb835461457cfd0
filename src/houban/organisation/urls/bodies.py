"""Addresses of organisations and posts."""

from django.urls import path

from houban.organisation.views import acts, bodies, organisations, picks, posts

urlpatterns = [
    path("", bodies.index, name="index"),
    path("export.xlsx", bodies.export, name="export"),
    path("pick/<slug:source>/", picks.pick, name="pick"),
    path("new/", acts.new, name="new-organisation"),
    path("<int:pk>/", organisations.show, name="organisation"),
    path("<int:pk>/correction/", acts.edit, name="edit-organisation"),
    path("<int:pk>/closure/", acts.close, name="close-organisation"),
    path("<int:pk>/posts/new/", posts.new, name="new-post"),
    path("<int:pk>/quotas/new/", acts.allot, name="allot"),
    path("<int:pk>/quotas/transfer/", acts.move_quota, name="move-quota"),
    path("<int:pk>/members/new/", acts.join, name="join-group"),
    path("memberships/<int:pk>/end/", acts.leave, name="leave-group"),
    path("posts/<int:pk>/", posts.show, name="post"),
    path("posts/<int:pk>/correction/", posts.edit, name="edit-post"),
    path("posts/<int:pk>/abolition/", posts.abolish, name="abolish-post"),
    path("posts/<int:pk>/appointments/new/", posts.appoint, name="appoint"),
    path("appointments/<int:pk>/end/", posts.end, name="end-appointment"),
    path("appointments/<int:pk>/withdrawal/", posts.withdraw, name="withdraw-appointment"),
]
