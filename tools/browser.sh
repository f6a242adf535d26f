#!/usr/bin/env bash
# Fetches what the tests of the reader need in a real browser: Debian's chromium, and axe-core from npm.
# Where they cannot be had the tests that need them are skipped, and say so.
set -uo pipefail
cd "$(dirname "$0")/.."
if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  { apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 ||
    echo "chromium could not be installed; the browser tests will be skipped" >&2
fi
if [ ! -f tests/browsing/node_modules/axe-core/axe.min.js ] && command -v npm >/dev/null; then
  npm install --prefix tests/browsing --no-audit --no-fund --no-package-lock --silent >/dev/null 2>&1 ||
    echo "axe-core could not be fetched; the tests of accessibility will be skipped" >&2
fi
exit 0
