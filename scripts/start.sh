#!/usr/bin/env bash
# `npm start`: gets what is missing, builds Foundational and opens it. Without a display it serves the same
# workspace headless. Arguments go to the program: npm start -- --data DIR --listen 127.0.0.1:8470
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

need_rust
need_node

features=()

build() {
    say "Building $2. The first time takes some minutes."
    cargo build --locked --config scripts/start-profile.toml --profile start -p "$1" --bin "$2" \
        ${features[@]+"${features[@]}"} < /dev/null
}

if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say 'There is no display here, so Foundational serves its workspace without a window.'
    apt_need build-essential
    build foundational foundational
    program="$TARGET/start/foundational"
    say '' "In what follows, foundational stands for $program"
    exec "$program" serve "$@"
fi

if [ "$(uname)" = Linux ]; then
    apt_need build-essential pkg-config libwebkit2gtk-4.1-dev
fi
npm_need
say 'Building the user interface.'
npm run --silent build -w ui < /dev/null
# The tray of other systems comes from Tauri.
[ "$(uname)" = Linux ] || features=(--features tray)
build foundational-desktop foundational-desktop
say 'Opening Foundational.'
exec "$TARGET/start/foundational-desktop" "$@"
