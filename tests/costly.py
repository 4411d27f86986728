"""For properties whose every example costs much: a quarter of the examples that are asked for."""

from __future__ import annotations

from hypothesis import settings

costly = settings(max_examples=max(4, settings().max_examples // 4))
