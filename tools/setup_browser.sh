#!/usr/bin/env bash
# Sees to Chromium, in which the page is tested. Safe to run at any time; ends at once when it is there.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readonly topic=set-up stopped='Set-up stopped' log=.cache/browser.log
. tools/common.sh

command -v chromium >/dev/null && exit 0
may_install ||
    fail "Chromium is missing, and this user may not install it. On Debian run: sudo apt-get install chromium"
mkdir -p .cache
say "Installing Chromium ..."
renew_package_lists
apt_install chromium
command -v chromium >/dev/null || fail "Chromium was installed but is not found. On Ubuntu it is a snap:" \
    "install Debian's package, or put a 'chromium' on the PATH."
