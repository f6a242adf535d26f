"""What stands where in a mirror: packs of releases, the table of the cables in each pack, and the words that explain them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from reftel.errors import MirrorError
from reftel.publish.mirror import bag

LAYOUT = 1
PACK_RELEASES = 500  # a lost file costs so many cables at most
PACK_BYTES = 4 << 20  # unpacked; a longer release has a pack of its own
LEVEL = 6  # of Zstandard: 54 MB/s and 0.38 of the bytes on cables, where 3 takes 0.41 and 9 half the speed
LONGEST_PACK = 1 << 30  # unpacked: no more is read of one
REJECTS = "data/rejects.jsonl.zst"
KEY, SIGNATURE = "mirror.pub", f"{bag.TAGMANIFEST}.minisig"
STAGING = ".reftel-part"
FIXED_TAGS = frozenset({bag.BAGIT, bag.INFO, bag.README, bag.MANIFEST, KEY})
EDITION, RELEASES, CABLES, REJECTED = "Reftel-Edition", "Reftel-Releases", "Reftel-Cables", "Reftel-Rejects"
VERSION = "Reftel-Mirror-Layout"

_PACK = re.compile(r"data/releases/(\d{5,7})\.jsonl\.zst")
_INDEX = re.compile(r"cables/(\d{5,7})\.tsv")
_COLUMNS = "address\tid\tkind\tsent\tpost\toffset\tlength"
_ROW = re.compile(r"([0-9a-f]{64})\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(\d{1,12})\t(\d{1,12})")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPE = re.compile(r"\\(.)")
_UNESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


class Row(msgspec.Struct, frozen=True):
    """One release of a pack: its content address, what it is listed by, and where its line stands in the unpacked pack."""

    key: bytes
    id: str
    kind: str
    sent: str
    post: str
    offset: int
    length: int


def pack_name(number: int) -> str:
    """The file of pack `number`."""
    return f"data/releases/{number:05d}.jsonl.zst"


def index_name(number: int) -> str:
    """The table of the cables in pack `number`."""
    return f"cables/{number:05d}.tsv"


def pack_number(name: str) -> int | None:
    """The number of the pack in the file `name`; None where it is no pack."""
    return _number(_PACK, name)


def index_number(name: str) -> int | None:
    """The number of the pack whose cables the file `name` lists; None where it lists none."""
    return _number(_INDEX, name)


def _number(pattern: re.Pattern[str], name: str) -> int | None:
    match = pattern.fullmatch(name)
    return (int(match[1]) or None) if match else None


def belongs(name: str) -> bool:
    """Whether a mirror of this layout has a file of this name."""
    if name in FIXED_TAGS or name == REJECTS:
        return True
    pack, index = pack_number(name), index_number(name)
    return (pack is not None and name == pack_name(pack)) or (index is not None and name == index_name(index))


def write_index(rows: Iterable[Row]) -> bytes:
    """The table of `rows`, with a head."""
    lines = [_COLUMNS]
    for row in rows:
        words = (_escaped(word) for word in (row.id, row.kind, row.sent, row.post))
        lines.append("\t".join((row.key.hex(), *words, str(row.offset), str(row.length))))
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def read_index(data: bytes, where: str) -> list[Row]:
    """The rows of such a table, whose lines must follow each other without a gap; MirrorError where it is none."""
    if len(data) > bag.LONGEST_TAG_FILE:
        raise MirrorError("it is longer than such a table may be", where=where)
    try:
        head, *lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise MirrorError(f"it is not UTF-8 at byte {error.start}", where=where) from error
    if head != _COLUMNS or lines[-1:] != [""]:
        raise MirrorError("it is no table of cables", where=where)
    rows, end = [], 0
    for number, line in enumerate(lines[:-1], 2):
        match = _ROW.fullmatch(line)
        if match is None or int(match[6]) != end:
            raise MirrorError(f"line {number} is no row of a table of cables", where=where)
        name, kind, sent, post = map(_unescaped, match.group(2, 3, 4, 5))
        row = Row(bytes.fromhex(match[1]), name, kind, sent, post, end, int(match[7]))
        end += row.length
        rows.append(row)
    if end > LONGEST_PACK:
        raise MirrorError(f"its pack unfolds to {end} bytes, more than a pack may", where=where)
    return rows


def _escaped(word: str) -> str:
    return re.sub(r"[\\\t\n\r]", lambda match: _ESCAPES[match[0]], word)


def _unescaped(word: str) -> str:
    return _ESCAPE.sub(lambda match: _UNESCAPES.get(match[1], match[0]), word) if "\\" in word else word


README = """\
A MIRROR OF AN ARCHIVE OF DIPLOMATIC CABLES

This folder was made by reftel, but nothing of reftel is needed to read it. It is a
bag as RFC 8493 ("BagIt") describes it: files, and lists of their SHA-512 hashes.

  data/releases/00001.jsonl.zst   packs: some hundred published texts each
  data/rejects.jsonl.zst          what could not be read when the archive was made
  cables/00001.tsv                which cables stand in data/releases/00001.jsonl.zst
  manifest-sha512.txt             the hash of every file in data/
  tagmanifest-sha512.txt          the hash of every other file, of the manifest too
  tagmanifest-sha512.txt.minisig  a signature of that list, if the mirror is signed
  mirror.pub                      the public key it was signed with
  bag-info.txt                    when, how many, and which edition this is
  bagit.txt                       says that this is a bag

TO FIND AND READ A CABLE. The tables in cables/ are plain text. Their columns are
separated by tabs: address, id, kind, sent (UTC), post, offset, length. In them \\t, \\n,
\\r and \\\\ stand for a tab, line ends and a backslash.

  grep 06PARIS123 cables/*.tsv
  zstd -dc data/releases/00001.jsonl.zst | jq -r 'select(.key=="ADDRESS").release.text'

or, without jq, cut LENGTH bytes from OFFSET out of the unpacked pack:

  zstd -dc data/releases/00001.jsonl.zst | tail -c +$((OFFSET+1)) | head -c LENGTH

A pack is a Zstandard stream (RFC 8878). Unpacked it is text in UTF-8, one line of JSON
(RFC 8259) a release:

  mirror   1, the number of this layout
  key      the address of the release: the SHA-256 of its text in UTF-8, followed by the
           MessagePack of the list [kind, form, publisher, title, given]
  sha256   the SHA-256 of the text alone
  release  text       the text, exactly as it was published
           kind       cable, incident or document
           form       the published form that it was read from
           origin     the file (of an absolute path the last part only), the member of a
                      container, and the row or number in it
           publisher, title, given   what its page or row said about it, word for word
           notes, marks              the editor's notes, and passages that the mark-up names
           findings                  doubts about the reading of the bytes
           Fields that are empty are left out.

A line in data/rejects.jsonl.zst has `reject` in place of `release`: where it was, why it
could not be read, and its first bytes (in Base64).

TO SEE THAT NOTHING IS ALTERED OR LOST.

  sha512sum -c --quiet manifest-sha512.txt
  sha512sum -c --quiet tagmanifest-sha512.txt
  minisign -Vm tagmanifest-sha512.txt -p mirror.pub

The first two show that the files are those that are listed, the third that the list is
from the holder of the key. Whether the key is the right one this folder cannot say:
compare mirror.pub with the one that the publisher made known in another place.
`reftel mirror verify` does all of this, names each altered, missing or added file and
the cables in it. Any tool that validates BagIt bags checks the hashes.

TO MAKE AN ARCHIVE AGAIN.   reftel ingest THIS-FOLDER --archive NEW
"""
