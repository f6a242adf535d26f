"""Whatever bytes stand in a mirror, nothing raises but ReftelError, and what is written is read back."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish.mirrors import faults, mirror_of, new_key, numbered, public, snapshot
from reftel.errors import MirrorError, ReftelError
from reftel.finding import Span
from reftel.publish.mirror import bag, keys, layout
from reftel.publish.mirror.comparing import differences
from reftel.publish.mirror.contents import read_contents
from reftel.release import Given, Mark, Note, Origin, Release
from reftel.sources.mirror_pack import read_line, release_line

KEY = new_key()
TEXT = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too
ANY = st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
NAMES = [*(bag.BAGIT, bag.INFO, bag.MANIFEST, bag.TAGMANIFEST, layout.SIGNATURE, layout.KEY), layout.index_name(1)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("whole")
    mirror_of(place, *numbered(1, 2, 3), key=KEY)
    return snapshot(place / "m")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([*NAMES, layout.pack_name(1)]), data=ANY, at=st.floats(0, 1), whole_file=st.booleans())
def test_any_bytes_anywhere_are_a_fault_or_nothing(
    whole: dict[str, bytes], name: str, data: bytes, at: float, whole_file: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for file, content in whole.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_bytes(content)
        old = whole[name]
        cut = int(at * len(old))
        (place / name).write_bytes(data if whole_file else old[:cut] + data + old[cut + len(data) :])
        changed = (place / name).read_bytes() != old
        found = faults(place, KEY, deep=True)
        if not changed:
            assert not found
        elif name != layout.SIGNATURE:  # its first line is a comment on which nothing hangs
            assert found
        try:
            read_contents(place)
            list(differences(place, place))
        except ReftelError:
            assert changed


@given(data=ANY)
def test_readers_of_lists_raise_only_what_they_say(data: bytes) -> None:
    for read in (
        lambda: bag.read_manifest(data, "x", payload=True),
        lambda: bag.read_info(data, "x"),
        lambda: bag.check_declaration(data, "x"),
        lambda: layout.read_index(data, "x"),
        lambda: keys.read_public_key(data, "x"),
        lambda: keys.check_signature(b"", data, public(KEY), "x"),
    ):
        with suppress(MirrorError):
            read()


@given(name=st.text(max_size=80))
def test_a_safe_name_stays_inside(name: str) -> None:
    if not bag.safe_name(name):
        path = Path("/mirror") / name
        assert path.is_relative_to("/mirror")
        assert ".." not in path.parts
        assert name.isascii()


@given(words=st.lists(st.tuples(*(st.text(max_size=20),) * 4), max_size=5))
def test_a_table_comes_back(words: list[tuple[str, str, str, str]]) -> None:
    rows = [layout.Row(bytes([n]) * 32, *four, n * 7, 7) for n, four in enumerate(words)]
    assert layout.read_index(layout.write_index(rows), "x") == rows


@given(files=st.dictionaries(st.from_regex(r"data/[a-z0-9]{1,20}\.q", fullmatch=True), st.binary(max_size=3)))
def test_a_manifest_comes_back(files: dict[str, bytes]) -> None:
    listed = {name: data.hex().rjust(128, "0") for name, data in files.items()}
    assert bag.read_manifest(bag.write_manifest(listed), "x", payload=True) == listed


@given(text=TEXT, title=TEXT, fields=st.dictionaries(TEXT, TEXT, max_size=3), label=TEXT, member=TEXT)
def test_a_line_holds_any_release(text: str, title: str, fields: dict[str, str], label: str, member: str) -> None:
    release = Release(
        text,
        "document",
        "x",
        Origin("f", member, 2),
        title=title,
        given=Given(fields=fields),
        notes=(Note("n", label),),
    )
    line = release_line(b"k" * 32, release)
    assert line.count(b"\n") == 1
    assert read_line(line).release == release


@given(start=st.integers(-(2**70), 2**70), offset=st.integers(-(2**70), 2**70))
def test_places_that_no_text_has_are_refused(start: int, offset: int) -> None:
    release = Release("text", "document", "x", Origin("f", "", 2), marks=(Mark("person", Span(1, 3)),))
    line = release_line(b"k" * 32, release)
    line = line.replace(b'"offset":2', b'"offset":%d' % offset).replace(b"[1,", b"[%d," % start)
    line = line.replace(b'"start":1', b'"start":%d' % start)
    try:
        assert read_line(line).release is not None
        inside = True
    except ValueError:
        inside = False
    assert inside == (0 <= start <= 3 and 0 <= offset < 2**53)


@given(data=ANY)
def test_any_line_is_read_or_refused_as_the_form_expects(data: bytes) -> None:
    with suppress(ValueError, RecursionError):
        read_line(b'{"mirror":1,"' + data)
