#!/usr/bin/env bash
# Makes .venv with the pinned dependencies and sees to Tesseract. Safe to run at any time, also twice at once;
# with nothing to do it ends in a fraction of a second. Everything it says goes to stderr, so that the output
# of a command that sets up first stays clean.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readonly venv=.venv
readonly stamp=$venv/.set-up
readonly topic=set-up stopped='Set-up stopped' log=.cache/setup.log
. tools/common.sh
# uv must use the interpreter it is given; it would otherwise fetch one of its own.
export UV_PYTHON_DOWNLOADS=never
# The installers are to see the settings of this machine, not those of an active virtual environment.
unset VIRTUAL_ENV PYTHONPATH PYTHONHOME

# Everything that decides what the environment holds, as one line.
fingerprint() {
    sha256sum requirements-dev.txt tools/setup.sh tools/common.sh | sha256sum | cut -c1-64
}
environment_is_current() {
    [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ] && "$venv/bin/python" -c '' 2>/dev/null
}

tesseract_is_complete() {
    local languages
    languages=$(tesseract --list-langs 2>/dev/null) || return 1
    grep -qx eng <<<"$languages" && grep -qx osd <<<"$languages"
}
set_up_tesseract() {
    tesseract_is_complete && return
    local packages=(tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd)
    if ! may_install; then
        fail "Tesseract with its data for 'eng' and 'osd' is missing, and this user may not install it." \
            "On Debian and Ubuntu run: sudo apt-get install ${packages[*]}"
    fi
    say "Installing ${packages[*]} ..."
    renew_package_lists
    apt_install "${packages[@]}"
    tesseract_is_complete || fail "Tesseract is installed but does not find its data 'eng' and 'osd'." \
        "See what 'tesseract --list-langs' says; unset TESSDATA_PREFIX if it names another folder."
}

# Prints the first interpreter that runs, is new enough and has the modules named (", venv, ensurepip"). One that
# is found need not run: version managers leave launchers behind for versions that are not active.
find_python() {
    local name candidate
    for name in ${DOCPIPE_PYTHON:-python3 python3.13 python3.12 python3.11}; do
        while IFS= read -r candidate; do
            if "$candidate" -c "import sys$1; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
                echo "$candidate"
                return
            fi
        done < <(type -aP "$name")
    done
    return 1
}
make_environment() {
    # One that was moved or whose interpreter is gone cannot be mended.
    if [ -e "$venv" ] && ! "$venv/bin/python" -c '' 2>/dev/null; then rm -rf "$venv"; fi
    [ -e "$venv" ] && return
    local python
    if ! python=$(find_python ', venv, ensurepip'); then
        python=$(find_python '') ||
            fail "Python 3.11 or newer is needed. Install it (Debian 12 and Ubuntu 24.04 have it as python3)," \
                "or name it: DOCPIPE_PYTHON=/path/to/python3."
        install_venv_module "$python"
    fi
    say "Making $venv with $("$python" --version) ..."
    quietly "$python" -m venv "$venv" || fail "$python could not make $venv. The reason stands above."
}
install_venv_module() {
    local package
    package=python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    may_install || fail "$1 has no venv module. On Debian and Ubuntu run: sudo apt-get install $package"
    say "Installing $package ..."
    renew_package_lists
    apt_install "$package"
    "$1" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "$1 still has no venv module. Name another Python: DOCPIPE_PYTHON=/path/to/python3."
}

pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }

# uv reads no settings of pip: where this machine says by them where packages come from, hand them on.
pip_setting() {
    { pip config list 2>/dev/null || true; } | sed -nE "s/^(:env:|global|user|site|install)\.$1='(.*)'\$/\2/p" |
        sed 's/\\n/ /g' | tail -n 1
}
hand_on_pip_settings() {
    local index more links
    index=$(pip_setting index-url) more=$(pip_setting extra-index-url) links=$(pip_setting find-links)
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    if [ -n "$more" ]; then export UV_INDEX="${UV_INDEX:-$more}"; fi
    if [ -n "$links" ]; then export UV_FIND_LINKS="${UV_FIND_LINKS:-${links// /,}}"; fi
    # pip takes a package from whichever index has the pinned file; the hashes decide, not the order.
    export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}

install_uv() {
    [ -x "$venv/bin/uv" ] && return
    pip --version >/dev/null 2>&1 || quietly "$venv/bin/python" -m ensurepip || return 1
    # Its version and hashes stand among all the others; pip takes them from there.
    awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements-dev.txt >.cache/uv.txt
    quietly pip install --require-hashes -r .cache/uv.txt
}
install_packages() {
    say "Installing the pinned packages (the first time takes a minute or two) ..."
    if install_uv; then
        hand_on_pip_settings
        "$venv/bin/uv" pip sync --python "$venv/bin/python" --require-hashes requirements-dev.txt >&2 && return
        say "uv could not install them; trying pip ..."
    fi
    pip install --require-hashes -r requirements-dev.txt >&2 ||
        fail "the packages could not be installed. The reason stands above; most often the network or the settings" \
            "of pip are at fault ('$venv/bin/python -m pip config list' shows them). Then run this again."
}

# Compiling the tables of this package takes half a gigabyte: now, rather than in a function that has to do with less.
compile_language_tables() {
    "$venv/bin/python" -m compileall -q "$venv"/lib/python3*/site-packages/eld ||
        say "The tables of languages could not be compiled; the first document will take more memory."
}

main() {
    mkdir -p .cache
    if environment_is_current && tesseract_is_complete; then return; fi
    # Two set-ups at once would install into the same folder; the lock goes when this process ends.
    exec 9>.cache/setup.lock
    if ! flock -n 9; then
        say "Another set-up is running; waiting for it ..."
        flock 9
    fi
    if ! environment_is_current; then
        rm -f "$stamp"
        make_environment
        install_packages
        compile_language_tables
        fingerprint >"$stamp"
    fi
    set_up_tesseract
    say "Ready."
}

main
