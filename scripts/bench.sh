#!/usr/bin/env bash
# `npm run bench`: builds the release of the server and of the program that measures it, and runs it. Arguments go to
# that program: npm run bench -- --quick, --only W2,W3 --people 100000, --against URL --token T, --help. With --peers, other
# SCIM servers are installed under target/peers and measured afterwards.
# Nothing else should run at the same time.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

need_rust
apt_need build-essential
cargo build --locked --release -p foundational -p load --bins < /dev/null
export RUST_BACKTRACE=0

# The peers come after the server's own run, as their own documentation starts them.
arguments=()
peers=no
for argument in "$@"; do
    if [ "$argument" = --peers ]; then peers=yes; else arguments+=("$argument"); fi
done
code=0
"$TARGET/release/load" ${arguments[@]+"${arguments[@]}"} || code=$?
[ "$peers" = no ] || bash scripts/peers.sh "$TARGET/release/load"
exit "$code"
