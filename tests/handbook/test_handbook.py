"""The handbook's tables: whole, without contradictions, and right in a few facts."""

from __future__ import annotations

import pytest

from reftel.errors import NotFound
from reftel.handbook import keys_by_alias, multiword_tags, persons, post, posts, repairs, tag, tag_codes


def test_every_post_has_a_key_of_letters_a_known_kind_and_a_place_on_earth() -> None:
    kinds = {post_.kind for post_ in posts().values()}
    assert kinds <= {
        "embassy", "consulate-general", "consulate", "branch-office", "mission", "interests-section", "institute",
        "department", "agency", "delegation", "office",
    }  # fmt: skip
    for key, post_ in posts().items():
        assert key == post_.key
        assert key.isalpha()
        assert key.isupper()
        assert post_.latitude is None or abs(post_.latitude) <= 90
        assert post_.longitude is None or abs(post_.longitude) <= 180
    assert len(posts()) >= 400


def test_no_alias_is_a_key_or_means_two_posts() -> None:
    owners: dict[str, str] = {}
    for post_ in posts().values():
        for alias in post_.aliases:
            assert alias not in posts()
            assert owners.setdefault(alias, post_.key) == post_.key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Rio", "RIODEJANEIRO"), ("HCMC", "HOCHIMINHCITY"), ("N'Djamena", "NDJAMENA"), ("SECSTATE", "STATE"),
        ("SECDEF WASHDC", "SECDEF"), ("NEWDE", "NEWDELHI"), ("TELAV", "TELAVIV"), ("THEHA", "THEHAGUE"),
        ("Port au Pr", "PORTAUPRINCE"), ("USUN", "USUNNEWYORK"), ("USEU", "USEUBRUSSELS"), ("BRUSSELS", "BRUSSELS"),
        ("PARIS FR", "UNESCOPARISFR"), ("MVD", "MONTEVIDEO"), ("COTONO", "COTONOU"),
    ],
)  # fmt: skip
def test_any_spelling_finds_its_post(spelling: str, key: str) -> None:
    assert post(spelling).key == key


def test_an_unknown_post_is_not_found() -> None:
    with pytest.raises(NotFound, match="Port Marengo"):
        post("Port Marengo")


def test_tags_have_kinds_and_meanings() -> None:
    assert {one.kind for one in tag_codes().values()} == {"subject", "organization", "country", "program"}
    prel, russia, trafficking = tag("PREL"), tag("RS"), tag("KTIP")
    assert prel is not None
    assert prel.meaning == "External political relations"
    assert russia is not None
    assert russia.meaning == "Russia"
    assert trafficking is not None
    assert trafficking.kind == "program"
    assert tag("KZZZ") is not None
    assert tag("NONSENSE") is None


def test_repairs_and_phrases_lead_to_what_is_known() -> None:
    assert all(tag(meant) is not None for meant in repairs().values())
    assert not set(repairs()) & set(tag_codes())
    assert all(" " in phrase for phrase in multiword_tags())
    assert all(", " in name for name in persons().values())


def test_spellings_resolve_to_posts() -> None:
    assert set(keys_by_alias().values()) <= set(posts())
