#!/usr/bin/env bash
# Measures the figures that the README promises, on a release build: how soon the window shows its content,
# how soon the headless server gives its first right answer, how much memory that server takes when idle, how
# soon a list of 100,000 people, its filter and the command palette answer in the window, and what the window costs:
# processor time at rest on every screen, frames while lists scroll and while 1,000 requests a second arrive, how soon
# each press is drawn, memory after ten minutes of use beside a bare window; and that the content security policy refuses nothing while every
# control of every screen is pressed. Takes about 55 minutes; nothing else may run at the same time.
# Prints the median of several runs. Needs Xvfb when there is no display. Run `npm test` once before it: that gets
# the web driver.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

RUNS="${RUNS:-9}"

need_rust
need_node
apt_need build-essential curl libwebkit2gtk-4.1-dev pkg-config xvfb
npm_need
npm run --silent build -w ui < /dev/null > /dev/null
say 'Building the release.'
cargo build --locked --release -p foundational -p foundational-desktop --bins --example bare < /dev/null

work="$(mktemp -d)"
pids=()
finish() {
    # Only what was started here, and it may have ended already.
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

now() { date +%s%3N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# wait_for SECONDS COMMAND..: asks every 2 ms until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || die "waited without success: $*"
        sleep 0.002
    done
}

stop() {
    kill -TERM "$1" 2> /dev/null || true
    wait "$1" 2> /dev/null || true
}

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp -noreset > "$work/display" 2> /dev/null &
    pids+=($!)
    wait_for 10 test -s "$work/display"
    DISPLAY=":$(cat "$work/display")"
    export DISPLAY GDK_BACKEND=x11 NO_AT_BRIDGE=1 DBUS_SESSION_BUS_ADDRESS=disabled: WEBKIT_SKIA_ENABLE_CPU_RENDERING=1
fi
for name in DATA CONFIG CACHE STATE; do
    export "XDG_${name}_HOME=$work/xdg"
done

# The first launch makes the workspace; the measured ones open it, as a person does every day.
window() {
    local began log="$work/window.log" pid
    : > "$log"
    began="$(now)"
    FOUNDATIONAL_TIMING=1 "$TARGET/release/foundational-desktop" --data "$work/window" --listen 127.0.0.1:0 2> "$log" &
    pid=$!
    pids+=("$pid")
    wait_for 20 grep -q 'window painted' "$log"
    say $(($(now) - began))
    stop "$pid"
}

# A free port is asked of the system once, so that the first answer can be waited for from the start.
PORT="$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')"
program="$TARGET/release/foundational"

answer() {
    local began pid
    began="$(now)"
    "$program" serve --data "$work/serve" --listen "127.0.0.1:$PORT" > /dev/null 2>&1 &
    pid=$!
    pids+=("$pid")
    wait_for 20 curl -fs --max-time 2 -H "Authorization: Bearer $token" "$endpoint/ServiceProviderConfig"
    say $(($(now) - began))
    stop "$pid"
}

memory() {
    local pid
    "$program" serve --data "$work/serve" --listen "127.0.0.1:$PORT" > /dev/null 2>&1 &
    pid=$!
    pids+=("$pid")
    wait_for 20 curl -fs --max-time 2 -H "Authorization: Bearer $token" "$endpoint/Users"
    awk '/^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } END { printf "%.1f %.1f\n", rss / 1024, pss / 1024 }' "/proc/$pid/smaps_rollup"
    stop "$pid"
}

field() { node -e 'let t = ""; process.stdin.on("data", (d) => (t += d)).on("end", () => console.log(JSON.parse(t)[process.argv[1]]))' "$1"; }
id="$("$program" connection create Figures --provider custom --json --data "$work/serve" | field id)"
token="$("$program" token create Figures --json --data "$work/serve" | field token)"
endpoint="http://127.0.0.1:$PORT/scim/v2/$id"

window > /dev/null
answer > /dev/null
windows="$(for _ in $(seq "$RUNS"); do window; done)"
answers="$(for _ in $(seq "$RUNS"); do answer; done)"
memories="$(for _ in 1 2 3; do memory; done)"

say '' "Machine: $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(uname -m), load $(cut -d ' ' -f 1 /proc/loadavg)"
say "Median of $RUNS runs:"
printf '  %-42s %5s ms   goal %5s ms   (%s)\n' \
    'window with content, from process start' "$(median <<< "$windows")" 1000 "$(tr '\n' ' ' <<< "$windows")" \
    'headless: first right answer' "$(median <<< "$answers")" 150 "$(tr '\n' ' ' <<< "$answers")"
printf '  %-42s %5s MB   goal %5s MB   (proportional: %s MB)\n' \
    'headless: resident memory when idle' "$(cut -d ' ' -f 1 <<< "$memories" | median)" 40 \
    "$(cut -d ' ' -f 2 <<< "$memories" | median)"

# The window is used through its driver; each test holds its figures to their goals.
held=yes
FOUNDATIONAL_PROFILE=release RUST_BACKTRACE=0 PATH="$TOOLS/bin:$PATH" cargo nextest run --locked --workspace \
    --features tests/desktop --no-capture --no-fail-fast -E 'binary(desktop) and (test(a_hundred_thousand_people) or test(figures::) or test(pressing::))' \
    < /dev/null > "$work/window.log" 2>&1 || held=no
# Libtest may print the name of a test before the first figure of it.
if ! grep -q 'figure: ' "$work/window.log"; then
    cat "$work/window.log" >&2
    die 'The window could not be measured.'
fi
say 'In the window:'
sed -n 's/^.*figure: //p' "$work/window.log" | while IFS='|' read -r what measured goal all; do
    printf '  %-60s %s, goal %s (%s)\n' "$what" "$measured" "$goal" "$all"
done
if [ "$held" = no ]; then
    tail -n 60 "$work/window.log" >&2
    die 'A figure misses its goal, or a control does not work.'
fi
