"""The trade's tables and their look-up. Nothing is read from disk before the first question."""

from reftel.handbook.posts import Post, keys_by_alias, post, posts
from reftel.handbook.tags import TagMeaning, multiword_tags, persons, repairs, tag, tag_codes

__all__ = [
    "Post",
    "TagMeaning",
    "keys_by_alias",
    "multiword_tags",
    "persons",
    "post",
    "posts",
    "repairs",
    "tag",
    "tag_codes",
]
