#!/usr/bin/env bash
# Takes the pictures in docs/screenshots anew, by the desktop suite: one test at a time, since several of them
# pass the same screens. Each is reduced to 256 colours, about two fifths of the bytes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

npm_need
apt_need pngquant
npm run --silent build -w ui < /dev/null
cargo build --workspace --features tests/desktop < /dev/null
began="$(mktemp)"
trap 'rm -f "$began"' EXIT
FOUNDATIONAL_SCREENSHOTS=1 cargo nextest run --workspace --features tests/desktop -E 'binary(desktop)' -j 1 < /dev/null
# What no test takes any more goes only now, when everything was taken.
find docs/screenshots -name '*.png' ! -newer "$began" -delete
pngquant --force --ext .png --strip 256 docs/screenshots/*.png
