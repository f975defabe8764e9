# shellcheck shell=bash
# What the scripts share: where the project is, how it speaks, and how it gets what is missing.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
# shellcheck disable=SC2034  # Read by the scripts that source this file.
TOOLS="$TARGET/tools"

# Each argument becomes a line.
say() { printf '%s\n' "$@"; }

die() {
    printf 'foundational: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# True when version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
    command -v cargo > /dev/null || die 'Rust is missing.' 'Install it from https://rustup.rs, then run this again.'
    local have
    have="$(rustc --version | cut -d ' ' -f 2)"
    at_least "$have" 1.94.0 || die "Rust $have is too old; 1.94 or newer is needed." 'Run: rustup update stable'
}

need_node() {
    command -v node > /dev/null || die 'Node.js is missing; 20.19 or newer is needed.'
    command -v npm > /dev/null || die 'npm is missing. It comes with Node.js.'
    local have
    have="$(node --version | tr -d v)"
    at_least "$have" 20.19.0 || die "Node.js $have is too old; 20.19 or newer is needed."
}

# Prints those of the given packages that are not installed.
apt_missing() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || printf '%s ' "$package"
    done
}

# Installs those of the given Debian packages that are missing, if it may; otherwise says how.
apt_need() {
    local missing as_root=()
    if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
        say "This is not Debian or Ubuntu: make sure that these are installed, under their names here: $*"
        return 0
    fi
    missing="$(apt_missing "$@")"
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
            as_root=(sudo -n)
        else
            die 'System packages are missing. Run this, then start again:' \
                "sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
        fi
    fi
    say "Installing system packages: $missing"
    # Container images delete /var/cache/apt/archives after every apt run, which breaks an install that
    # another apt run overlaps; a folder of our own is left alone.
    local archives=/var/cache/foundational-apt
    "${as_root[@]}" mkdir -p "$archives/partial"
    local options=(-q -o DPkg::Lock::Timeout=600 -o Dir::Cache::archives="$archives")
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" update > /dev/null \
        || die 'apt-get update failed.' 'Run it by hand to see why.'
    # The list is split into words on purpose.
    # shellcheck disable=SC2086
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get "${options[@]}" install -y --no-install-recommends $missing \
        || die 'apt-get could not install the system packages.' "They are: $missing"
    "${as_root[@]}" rm -rf "$archives"
}

# Installs the npm packages when the lock file is not the one they were installed from.
npm_need() {
    local stamp="$ROOT/node_modules/.foundational-lock" wanted
    wanted="$(sha256sum < "$ROOT/package-lock.json")"
    if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
        say 'Installing npm packages.'
        (cd "$ROOT" && npm ci --no-audit --no-fund < /dev/null) || die 'npm could not install the packages.'
        printf '%s\n' "$wanted" > "$stamp"
    fi
}
