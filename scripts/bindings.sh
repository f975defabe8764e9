#!/usr/bin/env bash
# Writes the TypeScript types of the command table, in place of the old ones when all are there.
# `--check`: compares them with those that are checked in, and writes none; `npm test` does that.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

BINDINGS=ui/src/api/bindings
mkdir -p "$TARGET"
fresh="$(mktemp -d "$TARGET/bindings.XXXXXX")"
trap 'rm -rf "$fresh"' EXIT

# The index is made from the files that are there, so it comes last.
for filter in 'test(export_bindings)' 'test(/(^|::)bindings$/)'; do
    TS_RS_EXPORT_DIR="$fresh" cargo nextest run --locked --workspace --features tests/desktop -E "$filter" \
        --status-level fail < /dev/null
done
if [ "${1:-}" = --check ]; then
    diff -r "$fresh" "$BINDINGS" && exit
    say "$BINDINGS is not what the Rust types say. Run scripts/bindings.sh and commit the result."
    exit 1
fi
rm -rf "$BINDINGS"
mv "$fresh" "$BINDINGS"
chmod 755 "$BINDINGS"
