#!/usr/bin/env bash
# The step of action.yml that verifies: SARIF into a file, whose path becomes the output `sarif`, and findings into the log.
# Exits as `ucodekit verify` does.
set -euo pipefail

options=()
[ -z "$INPUT_POLICY" ] || options+=(--policy "$INPUT_POLICY")
[ -z "$INPUT_BASELINE" ] || options+=(--baseline "$INPUT_BASELINE")
[ -z "$INPUT_FAIL_ON" ] || options+=(--fail-on "$INPUT_FAIL_ON")
mapfile -t paths < <(sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' <<<"$INPUT_PATHS")

verify() {
  node "$GITHUB_ACTION_PATH/bin/run.js" verify "${options[@]}" --format "$1" -- "${paths[@]}"
}

sarif=$RUNNER_TEMP/ucodekit.sarif
verify sarif >"$sarif" 2>/dev/null || true
[ ! -s "$sarif" ] || echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
verify "$INPUT_FORMAT"
