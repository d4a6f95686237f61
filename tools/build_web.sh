#!/usr/bin/env bash
# Builds the page into web/dist, with the Node of this machine when it is new enough, else with the one in .venv.
# Safe to run at any time; with nothing to do it ends in a fraction of a second.
#
#   tools/build_web.sh            installs what the page needs and builds it
#   tools/build_web.sh npm ARGS   runs npm in web/ with the same Node, after the same installation
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readonly topic=page stopped='The page could not be built' log=.cache/web.log
. tools/common.sh
readonly installed=web/node_modules/.set-up
readonly built=.cache/web-built-from

npm_in_web() {
    (cd web && PYTHONPATH=.. ../.venv/bin/python -m tools.node npm "$@")
}

fingerprint() { sha256sum "$@" | sha256sum | cut -c1-64; }
install_packages() {
    local wanted
    wanted=$(fingerprint web/package.json web/package-lock.json)
    [ "$(cat "$installed" 2>/dev/null)" = "$wanted" ] && return
    say "Installing what the page is built with ..."
    quietly npm_in_web ci || fail "npm could not install its packages. The reason stands above; most often it is the" \
        "network. Put it right, then run this again."
    echo "$wanted" >"$installed"
}
build() {
    local from
    from=$(find web/src web/public web/*.json web/*.js web/*.ts web/index.html docs/openapi.json -type f \
        ! -name schema.d.ts -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
    [ -f web/dist/index.html ] && [ "$(cat "$built" 2>/dev/null)" = "$from" ] && return
    say "Building the page ..."
    quietly npm_in_web run build || fail "the reason stands above."
    echo "$from" >"$built"
    grep ' KB of ' "$log" >&2 || true
}

tools/setup.sh
mkdir -p .cache
exec 9>.cache/web.lock
flock 9
install_packages
if [ "${1:-}" = npm ]; then
    shift
    npm_in_web "$@"
else
    build
fi
