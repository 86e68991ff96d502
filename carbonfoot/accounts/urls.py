"""Addresses of signing in, switching and tokens."""

from django.urls import path

from carbonfoot.accounts import views

app_name = "accounts"
urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signout/", views.signout, name="signout"),
    path("language/", views.language, name="language"),
    path("switch/", views.switch, name="switch"),
    path("account/", views.account, name="account"),
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
]
