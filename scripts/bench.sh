#!/usr/bin/env bash
# `npm run bench`: builds the release of the server and of the program that measures it, and runs it. Arguments go to
# that program: npm run bench -- --quick, --only W2,W3 --people 100000, --against URL --token T, --peers, --help.
# Nothing else should run at the same time.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

need_rust
apt_need build-essential
# What other servers are installed with, and compiled where no built package can be had.
case " $* " in *' --peers '*) apt_need python3-venv ;; esac
cargo build --locked --release -p foundational -p load --bins < /dev/null
export RUST_BACKTRACE=0
exec "$TARGET/release/load" "$@"
