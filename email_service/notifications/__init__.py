"""The rooms a mail passes through: views, serializers, outbox, dispatch, delivery."""
