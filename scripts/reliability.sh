#!/usr/bin/env bash
# `npm run reliability -- [MINUTES]`: the long forms of the tests of docs/reliability.md, one after the other, each for so many minutes
# (15 unless given): kills, power cuts, damaged backups, a disk that is full again and again, fuzzing, arguments of commands, races of 64
# clients (four tests), a pair of TLS that is replaced under requests, requests made of the OpenAPI document, and, with a release build, an attack with its goals and a soak;
# at last the time of comparisons of a token, which takes as long as it takes.
# Prints a row of a table for each, with the time that it took and what came of it, and fails if one of them does. Run `npm test` once
# before it: that installs the tools and builds the tests. Nothing else may run at the same time.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

minutes="${1:-15}"
[[ "$minutes" =~ ^[1-9][0-9]{0,3}$ ]] || die "$minutes is not a number of minutes." 'For example: npm run reliability -- 15'
need_rust
export FOUNDATIONAL_SECONDS=$((minutes * 60)) RUST_BACKTRACE=0 PATH="$TOOLS/bin:$PATH"
command -v cargo-nextest > /dev/null || die 'The test runner is missing.' 'Run: npm test'

log="$(mktemp)"
trap 'rm -f "$log"' EXIT

# The tests as `npm test` builds them.
tests() { RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo nextest run --locked --workspace --features tests/desktop --profile long "$@"; }
a_test() { tests --no-capture -E "test(=$1)"; }

# As `npm run bench` builds the server.
release() { cargo nextest run --locked --release -p load --profile long "$@"; }
attack() { release --no-capture -E 'test(under_attack::)'; }
soak() { release --no-capture --run-ignored only -E 'test(soak::)'; }
comparisons() { release --no-capture --run-ignored only -E 'test(comparison_time::)'; }

# Four tests, one after the other.
races() {
    FOUNDATIONAL_SECONDS=$((FOUNDATIONAL_SECONDS / 4)) tests --no-capture -E 'binary(scim) and test(/^races::/)' | awk '
        { print }
        match($0, /race: [0-9]+ rounds/) { rounds += substr($0, RSTART + 6); races += 1 }
        END { if (races == 4) printf "long run: %.0f rounds of %d races of 64 clients, 0 lost updates\n", rounds, races }'
}

# Two of the eight targets run at a time.
fuzz() {
    bash scripts/fuzz.sh "$((FOUNDATIONAL_SECONDS / 4))" | awk '
        { print }
        /number_of_executed_units/ { inputs += $NF; targets += 1 }
        END { if (inputs > 0) printf "long run: %.0f inputs of %d targets, 0 findings\n", inputs, targets }'
}

failed=no
# row NAME COMMAND..: runs it and prints its row. Its result is what it prints behind "long run: ", where libtest may print the name of
# the test before; without that it has failed.
row() {
    local name="$1" began=$SECONDS took result=''
    shift
    if "$@" > "$log" 2>&1 < /dev/null; then result="$(sed -n 's/^.*long run: //p' "$log")"; fi
    took=$((SECONDS - began))
    if [ -z "$result" ]; then
        failed=yes
        result='**failed**'
        tail -n 60 "$log" >&2
    fi
    say "| $name | $((took / 60)) min $((took % 60)) s | $result |"
}

# The times of the rows are those of the runs.
RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo build --locked --workspace --features tests/desktop < /dev/null
tests --no-run < /dev/null
cargo build --locked --release -p foundational -p load --bins < /dev/null
release --no-run < /dev/null

say "$(date -u '+%-d %B %Y, %H:%M UTC'); $(git rev-parse --short HEAD); $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r), $(uname -m)" ''
say '| What | Time | Result |' '| --- | --- | --- |'
row 'Kills' a_test killed::nothing_acknowledged_is_lost_and_no_write_is_half_done
row 'Power cuts' a_test power_cut::a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged
row 'Damaged backups' a_test backup_bytes::a_backup_that_is_damaged_by_chance_is_refused_or_whole_and_the_workspace_is_as_it_was
row 'A full disk' a_test findings_disk::a_disk_that_is_full_again_and_again_loses_nothing_and_refuses_with_the_reason
row 'Fuzzing' fuzz
row 'Arguments of commands' a_test any_arguments::any_arguments_are_answered_or_refused_and_never_a_fault
row 'Races' races
row 'Replaced pairs of TLS' a_test own_certificate::no_request_fails_while_the_pair_is_replaced_again_and_again
row 'Requests made of the OpenAPI document' a_test schemathesis::each_request_made_of_the_document_is_answered_as_documented
row 'An attack, release build' attack
row 'A soak, release build' soak
row 'Comparisons of a token, release build' comparisons
[ "$failed" = no ] || die 'Not all of them passed.'
