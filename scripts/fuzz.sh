#!/usr/bin/env bash
# Fuzzes the SCIM engine and what reads headers, tokens, arguments of commands and backups: scripts/fuzz.sh [SECONDS per target, default
# 60] [TARGET..]. Fails on the first finding.
# With FUZZ_SEED=N the walk is the same each time, as in `npm test`; otherwise it is another one each time.
# A long run of one target: scripts/fuzz.sh 86400 filter
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT/src-tauri/crates/scim"

seconds="${1:-60}"
[ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(filter path patch resource forwarded token arguments backup)

command -v cargo-fuzz > /dev/null || {
    say 'Installing cargo-fuzz 0.13.2.'
    cargo install cargo-fuzz --locked --debug --version 0.13.2 --root "$TOOLS" < /dev/null
    export PATH="$TOOLS/bin:$PATH"
}

# Lints are for the workspace; the environment may ask for them (CONTRIBUTING.md).
unset RUSTC_WORKSPACE_WRAPPER
# The stable compiler takes the flags of the sanitizer only with this variable.
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$TARGET/fuzz"
cargo fuzz build < /dev/null

# A finding ends the run; one input may take 10 s and 512 MB at most.
fuzz() {
    mkdir -p "fuzz/corpus/$1"
    cargo fuzz run "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- \
        "-max_total_time=$seconds" "-seed=${FUZZ_SEED:-0}" -timeout=10 -rss_limit_mb=512 -print_final_stats=1 -verbosity=0 \
        < /dev/null > "$TARGET/fuzz/$1.log" 2>&1
}

# report PID TARGET: waits for a target's run and prints how far it went, or what it found.
report() {
    if ! wait "$1"; then
        tail -60 "$TARGET/fuzz/$2.log"
        say "fuzz $2 found something; the input is in fuzz/artifacts/$2."
        return 1
    fi
    say "fuzz $2, $seconds s: $(grep 'stat::number_of_executed_units' "$TARGET/fuzz/$2.log")"
}

# Two at a time.
for ((at = 0; at < ${#targets[@]}; at += 2)); do
    pair=("${targets[@]:at:2}")
    pids=()
    for target in "${pair[@]}"; do
        fuzz "$target" &
        pids+=("$!")
    done
    found=0
    for i in "${!pair[@]}"; do report "${pids[$i]}" "${pair[$i]}" || found=1; done
    [ "$found" = 0 ] || exit 1
done
