#!/usr/bin/env bash
# Takes the pictures in docs/screenshots anew, by the desktop suite: one test at a time, since several of them
# pass the same screens.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

npm_need
npm run --silent build -w ui < /dev/null
cargo build --workspace --features tests/desktop < /dev/null
rm -rf docs/screenshots
FOUNDATIONAL_SCREENSHOTS=1 cargo nextest run --workspace --features tests/desktop -E 'binary(desktop)' -j 1 < /dev/null
