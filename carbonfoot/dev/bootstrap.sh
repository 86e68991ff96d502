#!/bin/sh
# Makes .venv (or .venv-bench) and installs the pinned packages; does nothing when they are installed already.
# Usage: bootstrap.sh local|dev|bench      PYTHON names the interpreter (default: the first of python3, python3.13, 3.12, 3.11)
set -eu
cd "$(dirname "$0")/../.."

level=${1:-local}
lock=requirements-$level.lock
venv=.venv
# The peers of a benchmark stay out of the environment that the site is tested in.
[ "$level" = bench ] && venv=.venv-bench

stop() {
    echo "carbonfoot: $1" >&2
    exit 1
}

[ -f "$lock" ] || stop "there is no $lock in this folder: take a complete copy of the repository."

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

stamp_of() { # digest of a lock file and of the interpreter that it was installed for
    {
        cat "requirements-$1.lock"
        "$venv/bin/python" -c 'import sys; print(sys.version)'
    } | cksum
}

installed() { # everything of `local` is in `dev` too
    [ -x "$venv/bin/python" ] || return 1
    if [ -f "$venv/stamp-dev" ] && [ "$(cat "$venv/stamp-dev")" = "$(stamp_of dev)" ]; then
        return 0
    fi
    [ "$level" != dev ] && [ -f "$venv/stamp-$level" ] && [ "$(cat "$venv/stamp-$level")" = "$(stamp_of "$level")" ]
}

if installed 2>/dev/null; then
    exit 0
fi

# Two commands at once (make run, make test) wait for one another here.
if command -v flock >/dev/null 2>&1; then
    exec 9>.venv.lock
    flock 9
    if installed 2>/dev/null; then
        exit 0
    fi
fi

python=$(find_python) || stop "Python 3.11, 3.12 or 3.13 is needed; on Debian: apt-get install python3 python3-venv; or name one with PYTHON=/path/to/python3."

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "carbonfoot: installing $package"
        mkdir -p var/log
        {
            apt-get update -q
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$package"
        } </dev/null >>var/log/apt.log 2>&1 || stop "$package could not be installed; the end of var/log/apt.log says why."
    else
        stop "Python's venv module is missing; run: sudo apt-get install -y $package; then try again."
    fi
fi

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    echo "carbonfoot: making a virtual environment in $venv"
    "$python" -m venv --clear "$venv" || stop "the virtual environment could not be made; see the lines above."
fi

echo "carbonfoot: installing $(grep -c '==' "$lock") pinned packages into $venv (once)"
rm -f "$venv"/stamp-*
# The lock file names every package with its digests, so nothing else is looked up and nothing else is accepted.
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-compile --require-hashes \
    --requirement "$lock" || stop "the packages could not be installed; see the lines above, then run the command again."
if [ "$level" = dev ]; then
    # Tests start many processes; compiling all modules now, on every core, is cheaper than each of them doing it.
    # Some packages carry files that are not meant to compile: that is no failure.
    "$venv/bin/python" -m compileall -q -q -j 0 "$venv/lib" || :
fi
stamp_of "$level" >"$venv/stamp-$level"
