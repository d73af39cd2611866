"""Marks on attempts: how one ended, and what was set to go wrong."""

from mock_smtp.page.html import Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.texts import Texts
from mock_smtp.store.attempts import KeptAttempt


def outcome_badge(texts: Texts, kept: KeptAttempt) -> Markup:
    """How an attempt ended, in a word, with its code."""
    attempt = kept.attempt
    code = f" {attempt.code}" if attempt.code else ""
    words = texts(f"outcome.{attempt.outcome}") + code
    return tag("span", words, class_=f"badge {attempt.outcome}")


def on_purpose(texts: Texts, label: str | None) -> Markup | None:
    """The mark of what was set to go wrong."""
    if label is None:
        return None
    words = texts("injected", label=texts.said(label))
    return tag("span", icon("faults"), words, class_="badge injected")
