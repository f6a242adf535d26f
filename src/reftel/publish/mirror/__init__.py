"""Mirrors: an archive's releases as a signed bag (RFC 8493) that others copy, verify, compare and make an archive of again.

bag.py        the tag files of a bag, and which names may stand in them
layout.py     what stands where in a mirror
keys.py       keys and signatures, as minisign has them
files.py      files on disk: no links followed; all put in place together or none
contents.py   what a mirror says of itself
packs.py      releases to packs and back
making.py     archive to mirror
verifying.py  every fault of a mirror, and the cables it touches
places.py     where a mirror is copied from: a folder, or an address
syncing.py    the copy
comparing.py  how two differ, cable by cable
"""
