#!/usr/bin/env bash
# The step of action.yml that verifies: SARIF into a file, whose path becomes the output `sarif`, Markdown into the summary of the job,
# and findings into the log. Exits as `ucodekit verify` does.
set -euo pipefail

# One in a line, without the blanks around it.
lines() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' <<<"$1"; }

options=()
[ -z "$INPUT_POLICY" ] || options+=(--policy "$INPUT_POLICY")
[ -z "$INPUT_BASELINE" ] || options+=(--baseline "$INPUT_BASELINE")
[ -z "$INPUT_FAIL_ON" ] || options+=(--fail-on "$INPUT_FAIL_ON")
[ "$INPUT_RECURSIVE" != false ] || options+=(--no-recursive)
while IFS= read -r rule; do options+=(--only "$rule"); done < <(lines "$INPUT_ONLY")
while IFS= read -r rule; do options+=(--skip "$rule"); done < <(lines "$INPUT_SKIP")
[ "$INPUT_NOTES" != true ] || options+=(--verbose)

# A pattern stands for what it matches; `**` enters folders. One that matches nothing stays as it is and cannot be read, which fails.
# Without separators a line is matched as a whole, and nothing but file names comes of it.
shopt -s globstar nullglob
paths=()
while IFS= read -r line; do
  matches=("$line")
  if [ ! -e "$line" ]; then
    IFS=''
    # shellcheck disable=SC2206
    matches=($line)
    unset IFS
    [ "${#matches[@]}" -gt 0 ] || matches=("$line")
  fi
  paths+=("${matches[@]}")
done < <(lines "$INPUT_PATHS")

verify() {
  node "$GITHUB_ACTION_PATH/bin/run.js" verify "${options[@]}" --format "$1" -- "${paths[@]}"
}

sarif=$RUNNER_TEMP/ucodekit.sarif
verify sarif >"$sarif" 2>/dev/null || true
[ ! -s "$sarif" ] || echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || verify markdown >>"$GITHUB_STEP_SUMMARY" 2>/dev/null || true
verify "$INPUT_FORMAT"
