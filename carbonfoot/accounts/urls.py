"""Addresses of signing in, switching and tokens."""

from django.urls import path

from carbonfoot.accounts import admin_views, views

app_name = "accounts"
urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signout/", views.signout, name="signout"),
    path("language/", views.language, name="language"),
    path("switch/", views.switch, name="switch"),
    path("password/forgotten/", views.password_forgotten, name="password_forgotten"),
    path("password/new/", views.password_new, name="password_new"),
    path("password/link/<str:secret>/", views.password_link, name="password_link"),
    path("account/", views.account, name="account"),
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("administration/organisations/", admin_views.organisations, name="organisations"),
    path("administration/organisations/new/", admin_views.organisation_create, name="organisation_create"),
    path("administration/organisations/<slug:code>/", admin_views.organisation, name="organisation"),
    path(
        "administration/organisations/<slug:code>/people/",
        admin_views.membership_grant,
        name="membership_grant",
    ),
    path(
        "administration/organisations/<slug:code>/credit-code/",
        admin_views.credit_code_confirm,
        name="credit_code_confirm",
    ),
    path("administration/roles/<int:pk>/end/", admin_views.membership_end, name="membership_end"),
]
