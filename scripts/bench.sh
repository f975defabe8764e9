#!/usr/bin/env bash
# `npm run bench`: builds the release of the server and of the program that measures it, and runs it. Arguments go to
# that program: npm run bench -- --quick, --only W2,W3 --people 100000, --against URL --token T, --help.
# Nothing else should run at the same time.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

need_rust
apt_need build-essential
cargo build --locked --release -p foundational -p load --bins < /dev/null
exec "$TARGET/release/load" "$@"
