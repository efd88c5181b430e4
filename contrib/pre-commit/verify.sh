#!/bin/sh
# Entry of .pre-commit-hooks.yaml. pre-commit keeps a clone for each revision; the first run there installs and builds.
root=$(cd "$(dirname "$0")/../.." && pwd)
# The build writes this last.
[ -e "$root/share/man/man1/ucodekit.1" ] || node "$root/scripts/setup.mjs" --build >&2 || exit
exec node "$root/bin/run.js" verify "$@"
