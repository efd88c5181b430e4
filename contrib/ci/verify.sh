#!/bin/sh
# Any CI that runs a shell: verifies what is named, leaves the findings as JUnit and SARIF in $REPORTS (by default `reports`), prints
# them, and exits as `ucodekit verify` does: 0 passed, 1 findings, 3 something could not be read. Arguments as for `ucodekit verify`:
#   contrib/ci/verify.sh --policy fleet.json intel-ucode amd-ucode
set -u
reports=${REPORTS:-reports}
mkdir -p "$reports" || exit
for format in junit sarif; do
	${UCODEKIT:-ucodekit} verify --format "$format" "$@" >"$reports/microcode.$format" 2>/dev/null
done
exec ${UCODEKIT:-ucodekit} verify "$@"
