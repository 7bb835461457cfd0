"""Addresses of accounts."""

from django.urls import path

from houban.accounts import views

app_name = "accounts"

urlpatterns = [
    path("session/", views.sign_in, name="sign-in"),
    path("session/demonstration/<int:pk>/", views.demonstrate, name="demonstrate"),
    path("session/end/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password"),
]
