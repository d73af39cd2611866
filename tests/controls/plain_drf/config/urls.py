"""The addresses of the service."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from app.notifications.views import ContactViewSet, NotifyViewSet, healthz

router = SimpleRouter()
router.register("contact", ContactViewSet, basename="contact")
router.register("notify", NotifyViewSet, basename="notify")

urlpatterns = [
    path("api/", include(router.urls)),
    path("healthz", healthz),
]
