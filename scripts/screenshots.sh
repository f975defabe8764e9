#!/usr/bin/env bash
# Takes a picture of every screen in light and dark into target/screenshots, by the desktop suite: one test at a time,
# since several of them show the same screens. Those that README.md and docs/*.md show are copied to docs/screenshots,
# reduced to 256 colours, about two fifths of the bytes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

npm_need
apt_need pngquant
npm run --silent build -w ui < /dev/null
cargo build --workspace --features tests/desktop < /dev/null
rm -rf "$TARGET/screenshots" && mkdir -p "$TARGET/screenshots"
# Without a graphics card the app switches the web view's compositing off, and then its pictures can hang.
WEBKIT_DISABLE_COMPOSITING_MODE=0 FOUNDATIONAL_SCREENSHOTS=1 PATH="$TOOLS/bin:$PATH" cargo nextest run --workspace --features tests/desktop \
    -E 'binary(desktop)' -j 1 < /dev/null
rm -f docs/screenshots/*.png
grep -oh 'screenshots/[a-z-]*\.png' README.md docs/*.md | sort -u | while IFS=/ read -r _ name; do
    pngquant --strip --output "docs/screenshots/$name" 256 "$TARGET/screenshots/$name"
done
