#!/usr/bin/env bash
# `npm run bench -- --peers`: measures other SCIM servers with the same program on this machine, right after the
# server itself. What cannot be installed is named and left out. Argument: the program that measures.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

program="$1"
apt_need curl python3-venv
peers="$TARGET/peers"
mkdir -p "$peers"
work="$(mktemp -d)"
pids=()
finish() {
    # Only what was started here, and it may have ended already.
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# on_server_core COMMAND..: runs a peer on the core that the server of `npm run bench` has.
on_server_core() {
    if command -v taskset > /dev/null && [ "$(nproc)" -gt 1 ]; then
        exec taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" "$@"
    fi
    exec "$@"
}

# measure NAME URL TOKEN: wrong answers are counted as wrong; the next peer is measured all the same.
measure() {
    for _ in $(seq 200); do
        curl --silent --output /dev/null --header "Authorization: Bearer $3" "$2/Users?count=1" && break
        sleep 0.1
    done
    say '' "== $1"
    "$program" --against "$2" --token "$3" --people 1000 --rounds 1 --only L1,W1,W2,W3,W4,W5,W8 --json "$peers/$1.json" \
        || say "$1 gave wrong answers, or ended."
}

# scim2-server, by its documentation: one process, people in memory.
if python3 -m venv "$peers/venv" && "$peers/venv/bin/python" -m pip install --quiet --disable-pip-version-check scim2-server; then
    version="$("$peers/venv/bin/python" -m pip show scim2-server | sed -n 's/^Version: //p')"
    (on_server_core "$peers/venv/bin/scim2-server" --bearer-token bench --port 18471 > "$work/scim2-server.log" 2>&1) &
    pids+=($!)
    measure "scim2-server $version" http://127.0.0.1:18471/v2 bench
else
    say 'scim2-server cannot be installed here.'
fi
say 'SCIMMY and @boxyhq/saml-jackson are not measured by this script.'
