#!/usr/bin/env bash
# Sees to what building and running the container image takes: Docker, and mmdebstrap for a base image that
# needs no registry. Safe to run at any time; with nothing to do it ends at once. It starts no service: root's
# builds run on a daemon of their own (tools/containers/engine.py), others use the daemon of the machine.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readonly topic=set-up stopped='Set-up stopped' log=.cache/setup-containers.log
. tools/common.sh
# Debian's client before others, as tools/containers/engine.py looks for it.
export PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/bin

# A dockerd of the system's packages; one of Docker's own packages will do as well.
docker_is_there() {
    command -v docker >/dev/null && { [ "$(id -u)" -ne 0 ] || command -v dockerd >/dev/null; } && docker_builds
}
# Dockerfiles with secrets take BuildKit: in the daemon up to Docker 22, in a plug-in of the client since.
docker_builds() {
    local major
    major=$(docker --version | sed -nE 's/^Docker version ([0-9]+).*/\1/p')
    [ "${major:-0}" -lt 23 ] || docker buildx version >/dev/null 2>&1
}

missing=()
docker_is_there || missing+=(docker.io)
command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

mkdir -p .cache
# From Debian 13 on, client and builder are packages of their own.
separate() { apt-cache show "$1" >/dev/null 2>&1; }
may_install ||
    fail "The container image is built and run by the tests, and ${missing[*]} is missing, which this user may not" \
        "install. On Debian and Ubuntu run: sudo apt-get install --no-install-recommends ${missing[*]}"
say "Installing ${missing[*]} ..."
renew_package_lists
if [ "${missing[0]}" = docker.io ]; then
    for package in docker-cli docker-buildx; do
        if separate "$package"; then missing+=("$package"); fi
    done
fi
apt_install "${missing[@]}"
docker_is_there || fail "Docker is installed but cannot build. See what 'docker buildx version' and 'dockerd --version' say."
say "Docker and mmdebstrap are here."
