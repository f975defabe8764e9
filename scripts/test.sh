#!/usr/bin/env bash
# `npm test`: everything that continuous integration runs. It gets what is missing, and what it cannot
# start counts as failed, never as skipped. It ends with the time of each phase and the sum: "N passed, N failed".
# `npm run test:fast`: the checks of the language and the structure, and the unit and integration tests in Rust. What needs a window,
# tries very many cases, or kills the server again and again, is left to `npm test`: .config/nextest.toml, profile "fast".
set -uo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1

EXTENT="${1:-whole}"
passed=0
failed=0
failures=()
times=()
finished=no
memory=
REPORTS="$TARGET/test"
mkdir -p "$REPORTS"

# One set of packages and features for every cargo call: another set would build everything again.
ALL=(--locked --workspace --features tests/desktop)

closing() {
    [ -z "$memory" ] || rm -rf "$memory"
    if [ "$finished" = no ]; then
        failed=$((failed + 1))
        failures+=('the run ended early')
    fi
    if [ ${#failures[@]} -gt 0 ]; then
        say '' 'Failed:'
        printf '  %s\n' "${failures[@]}"
    fi
    say '' 'Seconds:'
    printf '  %s\n' "${times[@]}"
    say ''
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && exit 0
    exit 1
}
trap closing EXIT

# phase NAME COMMAND..: a part of the run, with its time at the end. The parts count what they found themselves.
phase() {
    local name="$1" began=$SECONDS
    shift
    say '' "== $name"
    "$@"
    local code=$?
    times+=("$(printf '%5d  %s' "$((SECONDS - began))" "$name")")
    return "$code"
}

# check NAME COMMAND..: a phase that passes or fails as one.
check() {
    if phase "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        failures+=("$1")
        return 1
    fi
}

# tally NAME PASSED FAILED CODE: adds what a runner reported. A runner that failed without naming a test
# could not start, or was cut short: that is a failure too.
tally() {
    passed=$((passed + $2))
    failed=$((failed + $3))
    say "   $1: $2 passed, $3 failed"
    if [ "$3" != 0 ]; then
        failures+=("$1: $3")
    elif [ "$4" != 0 ] || [ "$2" = 0 ]; then
        failed=$((failed + 1))
        failures+=("$1: did not run")
    fi
}

# rust_tests NAME FILTER: Rust tests by nextest, counted from its JUnit report.
rust_tests() {
    local report="$TARGET/nextest/${NEXTEST_PROFILE:-default}/junit.xml" code=0 run=0 bad=0 head
    rm -f "$report"
    phase "$1" cargo nextest run "${ALL[@]}" --no-fail-fast -E "$2" < /dev/null || code=$?
    if [ -f "$report" ]; then
        head="$(grep -m 1 '<testsuites ' "$report")"
        run="$(sed -E 's/.* tests="([0-9]+)".*/\1/' <<< "$head")"
        bad=$(($(sed -E 's/.* failures="([0-9]+)".*/\1/' <<< "$head") + $(sed -E 's/.* errors="([0-9]+)".*/\1/' <<< "$head")))
    fi
    tally "$1" $((run - bad)) "$bad" "$code"
}

ui_tests() {
    local report="$REPORTS/ui.json" code=0 counts='0 0'
    rm -f "$report"
    phase 'user interface: component tests' npm run --silent test -w ui -- \
        --reporter=default --reporter=json "--outputFile.json=$report" < /dev/null || code=$?
    if [ -f "$report" ]; then
        counts="$(node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
            console.log(r.numPassedTests, r.numFailedTests)' "$report")"
    fi
    tally 'user interface: component tests' "${counts% *}" "${counts#* }" "$code"
}

# cargo_tool NAME VERSION: a cargo tool, taken from the machine or installed under target/tools. Debug
# builds of these tools are several times quicker to compile and quick enough to run.
cargo_tool() {
    command -v "$1" > /dev/null && return 0
    say "Installing $1 $2."
    cargo install "$1" --locked --debug --version "$2" --root "$TOOLS" < /dev/null
}

# What the interface loads at every start is held to a size: the scripts that its page names, gzip, in bytes. Other
# screens are loaded when they are opened.
small_enough() {
    local most=150000 size
    size="$(grep -o 'assets/[^"]*\.js' ui/dist/index.html | sed 's|^|ui/dist/|' | xargs cat | gzip -9 | wc -c)"
    say "The JavaScript that the interface loads at start is $size bytes of gzip, $most at most."
    [ "$size" -le "$most" ]
}

# The foreign SCIM clients, in a Python environment of their own.
python_clients() {
    local venv="$TARGET/venv" wanted
    wanted="$(sha256sum < tests/requirements.txt)"
    [ -f "$venv/.requirements" ] && [ "$(cat "$venv/.requirements")" = "$wanted" ] && return 0
    say 'Installing the SCIM clients.'
    rm -rf "$venv"
    python3 -m venv "$venv" \
        && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt < /dev/null \
        && printf '%s\n' "$wanted" > "$venv/.requirements"
}

# unpacked PACKAGE PROGRAM: a program of a Debian package that must not be installed here, by its path: unpacked under
# target/tools with all that its installation would bring, and called by a script in target/tools/bin. One that the computer
# has is used. The C library is the computer's own.
unpacked() {
    local package="$1" program="$2" name="${2##*/}" folder needed libraries
    [ ! -x "/$program" ] && [ ! -x "$TOOLS/bin/$name" ] || return 0
    command -v apt-get > /dev/null || { command -v "$name" > /dev/null; return; }
    say "Unpacking $package."
    # Package lists may be missing, which only root can fix; without them the download fails, and says so.
    [ "$(id -u)" != 0 ] || apt-get -q update > /dev/null || true
    # Nothing is installed: this says what would be.
    needed="$(apt-get -qq -s -o Debug::NoLocking=1 install --no-install-recommends "$package" \
        | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | grep -v '^libc6')"
    # Where that cannot be known, the package alone: what it needs may be there.
    needed="${needed:-$package}"
    folder="$(mktemp -d)"
    # The list is split into words on purpose.
    # shellcheck disable=SC2086
    (cd "$folder" && apt-get -q download $needed > /dev/null && for file in *.deb; do dpkg -x "$file" unpacked || exit; done)
    rm -rf "${TOOLS:?}/$package"
    mkdir -p "$TOOLS/bin"
    mv "$folder/unpacked" "$TOOLS/$package"
    rm -rf "$folder"
    [ -x "$TOOLS/$package/$program" ] || return
    libraries="$(cd "$TOOLS" && find "$package" \( -name '*.so' -o -name '*.so.*' \) -printf "\$tools/%h\n" | sort -u | paste -sd :)"
    printf '%s\n' '#!/bin/sh' "tools=\"\${0%/*}/..\"" \
        "LD_LIBRARY_PATH=\"$libraries\" exec \"\$tools/$package/$program\" \"\$@\"" > "$TOOLS/bin/$name"
    chmod +x "$TOOLS/bin/$name"
}

# The lints of clippy run in the build itself: a command of their own would compile all dependencies a second time. A build
# that warns fails.
linted_build() {
    local log="$REPORTS/build.log"
    CARGO_TERM_COLOR=never cargo build "${ALL[@]}" --all-targets < /dev/null 2>&1 | tee "$log"
    [ "${PIPESTATUS[0]}" = 0 ] && ! grep -q '^warning' "$log"
}

# Containers often have 64 MiB there, the default of Docker: too little for folders of many tests.
has_memory() { [ -w /dev/shm ] && [ "$(df --output=avail -B 1M /dev/shm | tail -n 1)" -ge 2048 ]; }

tools() {
    need_rust
    # Distributions and small installations have Rust without them.
    cargo fmt --version > /dev/null 2>&1 || die 'rustfmt is missing.' 'Run: rustup component add rustfmt'
    clippy-driver --version > /dev/null 2>&1 || die 'clippy is missing.' 'Run: rustup component add clippy'
    need_node
    apt_need build-essential ca-certificates chromium dbus-daemon git libwebkit2gtk-4.1-dev pkg-config python3-venv \
        shellcheck webkit2gtk-driver xvfb
    npm_need
    # nginx and Caddy as packages start a web server on port 80; systemd as a package changes the computer's services and /tmp.
    unpacked nginx usr/sbin/nginx || die 'nginx could not be unpacked.' 'Install it: sudo apt-get install nginx'
    unpacked pebble usr/bin/pebble || die 'Pebble could not be unpacked.' 'Install it: sudo apt-get install pebble'
    unpacked caddy usr/bin/caddy || die 'Caddy could not be unpacked.' 'Install it: sudo apt-get install caddy'
    unpacked systemd usr/bin/systemd-analyze || die 'systemd-analyze could not be unpacked.'
    export PATH="$TOOLS/bin:$PATH"
    cargo_tool cargo-nextest 0.9.143 || die 'cargo-nextest could not be installed.'
    cargo_tool cargo-deny 0.20.2 || die 'cargo-deny could not be installed.'
    cargo_tool tauri-driver 2.1.0 || die 'tauri-driver could not be installed.'
    cargo_tool cargo-fuzz 0.13.2 || die 'cargo-fuzz could not be installed.'
    python_clients || die 'The SCIM clients could not be installed.'
}

export RUST_BACKTRACE=0 NO_COLOR=1 CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"

phase 'tools' tools
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
check 'scripts: shellcheck' shellcheck -x scripts/*.sh .ci/run
check 'Rust: formatting' cargo fmt --all --check
check 'words' node scripts/words.mjs
check 'circles' node scripts/circles.mjs
check 'proofs' node scripts/proofs.mjs
check 'licences' node scripts/licences.mjs --check
check 'lowest versions' node scripts/lowest.mjs
check 'bill of materials' node scripts/materials.mjs "$REPORTS"
check 'what packages hold' node scripts/packaged.mjs "$REPORTS"
if [ "$EXTENT" = fast ]; then
    ALL=(--locked)
    check 'Rust: build and clippy' linted_build
    has_memory && memory="$(mktemp -d /dev/shm/foundational.XXXXXX)" && export TMPDIR="$memory"
    export NEXTEST_PROFILE=fast
    rust_tests 'Rust: tests' 'all()'
    finished=yes
    exit
fi
check 'user interface: eslint and prettier' npm run --silent lint -w ui
check 'user interface: types' npm run --silent check -w ui
# The shell embeds the built interface, so it comes before every cargo build.
if check 'user interface: build' npm run --silent build -w ui; then
    check 'user interface: size' small_enough
    # Advisories need a database from the network, which is not always there; CONTRIBUTING.md says how they are checked.
    check 'Rust: dependency rules' cargo deny --locked --log-level error check bans licenses sources
    check 'Rust: build and clippy' linted_build
    check 'bindings' bash scripts/bindings.sh --check
    rust_tests 'Rust: durability' 'binary(durability)'
    # Folders are in memory where no test is about the disk.
    has_memory && memory="$(mktemp -d /dev/shm/foundational.XXXXXX)"
    TMPDIR="${memory:-${TMPDIR:-/tmp}}" rust_tests 'Rust: tests' 'not binary(desktop) and not binary(clients) and not binary(durability)'
    ui_tests
    # Two windows at work, and one that only waits for its clipboard to be cleared.
    NEXTEST_TEST_THREADS=3 rust_tests 'desktop' 'binary(desktop)'
    rust_tests 'foreign SCIM clients' 'binary(clients)'
    check 'fuzzing: eight targets, 22 seconds each, two at a time' env FUZZ_SEED=1 bash scripts/fuzz.sh 22
fi
finished=yes
