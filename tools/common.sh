# What the set-up scripts share; sourced, from the root of the project. Whoever does so sets
#   topic    what its messages begin with
#   stopped  what the sentence of a failure begins with
#   log      the file that the output of commands goes to

say() { printf '\033[2m[%s]\033[0m %s\n' "$topic" "$*" >&2; }
fail() {
    printf '%s: %s\n' "$stopped" "$*" >&2
    exit 1
}

# Runs a command with its output in the log; shows the end of it when the command fails.
quietly() {
    "$@" >"$log" 2>&1 && return
    tail -n 25 "$log" >&2
    return 1
}

# Runs a command as root, or fails when this user may not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}
may_install() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null
}
renew_package_lists() {
    quietly as_root apt-get update || say "The package lists could not be renewed; going on with those that are here."
}
apt_install() {
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        fail "apt-get could not install $*. The reason stands above; put it right, then run this again."
}
