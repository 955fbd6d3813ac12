#!/bin/sh
# leak.sh - does a long run hold on to memory?
#
# By hand, for it takes a quarter of an hour: ten thousand iterations of the starter at 64 x 64 with
# four cutouts, kept in a session with its checkpoints.
#
#   tests/bench/leak.sh build/app/tiller-cli [ITERATIONS [more options of run]]
#
# Prints iteration and resident megabytes at every tenth of the way, and the growth from the first
# tenth, when everything has been in use once, to the end: more than a few megabytes is a leak.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 TILLER-CLI [ITERATIONS [OPTIONS]]" >&2
  exit 2
fi
cli=$1 n=${2:-10000}
shift $(($# > 1 ? 2 : 1))
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

"$cli" run --prompt "a red tractor" --seed 1 --size 64x64 --cutouts 4 --iterations "$n" --json \
  --session "$folder/leak.tiller" --output "$folder/picture.png" "$@" > "$folder/log" &
pid=$!

# resident: MB of the program, nothing once it has ended
resident ()
{
  sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2> /dev/null \
    | awk '{ printf "%.1f", $1 / 1024 }'
}

next=1
while kill -0 "$pid" 2> /dev/null; do
  size=$(resident)
  at=$(sed -n '$s/.*"iteration":\([0-9]*\).*/\1/p' "$folder/log")
  if [ -n "$size" ] && [ -n "$at" ] && [ $((at * 10)) -ge $((n * next)) ]; then
    echo "$at $size"
    next=$((at * 10 / n + 1))
  fi > "$folder/line"
  cat "$folder/line"
  cat "$folder/line" >> "$folder/sizes"
  sleep 1
done
wait "$pid"
awk 'NR == 1 { first = $2 } { last = $2 } END { printf "growth: %+.1f MB\n", last - first }' \
  "$folder/sizes"
