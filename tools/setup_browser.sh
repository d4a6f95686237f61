#!/usr/bin/env bash
# Sees to Chromium, in which the page is tested. Safe to run at any time; ends at once when it is there.
set -euo pipefail

fail() {
    printf 'Set-up stopped: %s\n' "$*" >&2
    exit 1
}
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

command -v chromium >/dev/null && exit 0
if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
    fail "Chromium is missing, and this user may not install it. On Debian run: sudo apt-get install chromium"
fi
printf '\033[2m[set-up]\033[0m Installing Chromium ...\n' >&2
mkdir -p "$(dirname "$0")/../.cache"
log=$(dirname "$0")/../.cache/browser.log
as_root apt-get update >"$log" 2>&1 || true
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "apt-get could not install Chromium. The reason stands above; put it right, then run this again."
}
command -v chromium >/dev/null || fail "Chromium was installed but is not found. On Ubuntu it is a snap:" \
    "install Debian's package, or put a 'chromium' on the PATH."
