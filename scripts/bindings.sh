#!/usr/bin/env bash
# Writes the TypeScript types of the command table anew. `npm test` compares them with the checked-in ones.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$ROOT"

find ui/src/api/bindings -name '*.ts' -delete 2> /dev/null || mkdir -p ui/src/api/bindings
cargo nextest run --workspace --features tests/desktop -E 'test(export_bindings)' < /dev/null
# The index is made from the files that are there, so it comes last.
cargo nextest run --workspace --features tests/desktop -E 'test(/(^|::)bindings$/)' < /dev/null
