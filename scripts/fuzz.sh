#!/usr/bin/env bash
# Fuzzes the SCIM engine: scripts/fuzz.sh [SECONDS per target, default 60] [TARGET..]. Fails on the first finding.
# With FUZZ_SEED=N the walk is the same each time, as in `npm test`; otherwise it is another one each time.
# A long run of one target: scripts/fuzz.sh 86400 filter
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT/src-tauri/crates/scim"

seconds="${1:-60}"
[ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(filter path patch resource)

command -v cargo-fuzz > /dev/null || {
    say 'Installing cargo-fuzz 0.13.2.'
    cargo install cargo-fuzz --locked --debug --version 0.13.2 --root "$TOOLS" < /dev/null
    export PATH="$TOOLS/bin:$PATH"
}

# The stable compiler takes the flags of the sanitizer only with this variable.
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$TARGET/fuzz"
cargo fuzz build < /dev/null
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    say "fuzz $target for $seconds s"
    log="$TARGET/fuzz/$target.log"
    # A finding ends the run; one input may take 10 s and 512 MB at most.
    if ! cargo fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        "-max_total_time=$seconds" "-seed=${FUZZ_SEED:-0}" -timeout=10 -rss_limit_mb=512 -print_final_stats=1 -verbosity=0 \
        < /dev/null > "$log" 2>&1; then
        tail -60 "$log"
        die "fuzz $target found something; the input is in fuzz/artifacts/$target."
    fi
    grep 'stat::number_of_executed_units' "$log"
done
