#!/usr/bin/env bash
# `tauri build` calls this before it makes the packages: the headless program goes into them too, built in the same
# profile, with the bill of materials and the texts of all licences, from the one place that the packages take them from.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

profile=(--release)
built=release
if [ "${TAURI_ENV_DEBUG:-false}" = true ]; then
    profile=()
    built=debug
fi
cargo build --locked "${profile[@]}" -p foundational --bin foundational < /dev/null
node scripts/materials.mjs target/bundle "${TAURI_ENV_TARGET_TRIPLE:-}"
node scripts/packaged.mjs target/bundle
install -D -m 755 "$TARGET/$built/foundational" target/bundle/foundational
