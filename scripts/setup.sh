# Sourced by scripts/demo and scripts/test: makes .venv where there is none and installs what one lock file names.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lock="requirements/$1.lock"
python="${PYTHON:-python3.11}"
command -v "$python" >/dev/null || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or later is needed; name it by PYTHON=/path/to/python" >&2
    exit 2
}
mark=".venv/installed-$1-$(cat "$lock" pyproject.toml | sha256sum | cut -c1-16)"
if [ ! -e "$mark" ]; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    echo "installing what $lock names into .venv ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch "$mark"
fi
