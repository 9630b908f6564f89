#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the golden store of the present format in tests/data/golden: a store with everything in it, its export, and what
# the program answers about it. Once a version is released its golden files never change: later ones must read them.
#   tests/tools/golden.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../data/golden"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

at() { now=$1; }
run() { "$program" --db "$work/golden.db" --now "$now" --as "$who" "$@" >/dev/null; }
who=ida@harbour.example

at 2030-01-01T00:00:00Z
run import --source scanner facts.ndjson
at 2030-01-02T08:00:00.123Z
run except va-_-anchor-_-chart --justification third_party_control --context 'Charts open in a sandbox' \
	--for 20d --group Harbour --group Ships --ticket CHG-1 --evidence https://wiki.harbour.example/sandbox
run except va-_-anchor-_-radio --justification risk_accepted --context 'Radios are replaced in spring' --until 2030-03-01
run except va-_-anchor-_-radio --justification planned_remediation --context 'Only the flagship' --for 90d --device ship-1
run except CVE-2030-0002 --justification false_positive --context 'Nicht eingebaut' --for 5d
run except va-_-anchor-_-chart --weakness CVE-2030-0003 --justification no_patch_available --context 'No patch yet' \
	--for 60d --all-groups
who=ole@harbour.example
run except sca-_-scid-11 --justification alternate_mitigation --impact hybrid --context 'The room is locked' --for 40d
run except sca-_-scid-12 --justification risk_accepted --context 'Starts with the season' --start 2030-03-20 --for 30d
run except va-_-barnacle-_-bar --justification risk_accepted --context 'Wanted by the captain' --for 100d --device pier-1
run remediate va-_-anchor-_-chart --due 2030-02-01 --priority high --notes 'Vor der Saison'
run remediate sca-_-scid-12 --priority low
run remediate sca-_-scid-11 --without-user-impact --group Harbour
run remediate attention
at 2030-01-20T17:00:00Z
run cancel E-1 --group Ships --reason 'Ships have no sandbox'
run except va-_-barnacle-_-bar --justification third_party_control --context 'Blocked' --for 30d --device pier-1 --supersede
run complete R-3
run complete R-4 --cancel --reason 'The buoys are fine'
at 2030-02-10T00:00:00Z
run import --source scanner later.ndjson
run cancel E-6 --reason 'The lock broke'

base=format-2
"$program" --db "$work/golden.db" --now 2030-02-15 export ndjson >"$work/$base.ndjson"
cp "$work/golden.db" "$work/$base.db"
[ ! -e "$work/golden.db-wal" ]
python3 ../../scenarios/test_golden.py "$program" "$work" --record
mv "$work/$base".{db,ndjson,json} .
ls -l "$base".*
