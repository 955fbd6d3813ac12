#!/bin/sh
# quality.sh - is a precision or a cutout method as good as float32 and pooling?
#
# By hand, for it takes hours: ten prompts, three seeds, the starter, 100 and 300 iterations. Both
# ways are run with the same prompts and seeds, each picture is scored, and the difference of each
# pair is averaged. A way may be a default only if its mean is not below zero by more than two
# standard errors.
#
#   tests/bench/quality.sh build/app/tiller-cli '--cut-method pooling --precision float32' \
#     '--cut-method fused --precision float32' [JUDGE.safetensors]
#
# The judge is a CLIP that did not steer, with the starter's words. Without one the CLIP that
# steered scores itself on the whole picture, which flatters whatever steers best by it.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

if [ $# -lt 3 ]; then
  echo "usage: $0 TILLER-CLI 'OPTIONS OF A' 'OPTIONS OF B' [JUDGE]" >&2
  exit 2
fi
cli=$1 a=$2 b=$3 judge=${4:-}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# score TEXT PICTURE
score ()
{
  "$cli" score ${judge:+--clip "$judge"} --json --text "$1" "$2" \
    | sed -n 's/.*"similarity" *: *\([-0-9.e]*\).*/\1/p'
}

# picture OPTIONS TEXT SEED ITERATIONS: the options are words, on purpose
picture ()
{
  # shellcheck disable=SC2086
  "$cli" run $1 --quiet --prompt "$2" --seed "$3" --iterations "$4" --size 128x128 \
    --output "$folder/picture.png"
  score "$2" "$folder/picture.png"
}

while read -r text; do
  for seed in 1 2 3; do
    for iterations in 100 300; do
      printf '%s %s %s\n' "$iterations" "$(picture "$a" "$text" "$seed" "$iterations")" \
        "$(picture "$b" "$text" "$seed" "$iterations")" >> "$folder/scores"
    done
  done
done << 'TEXTS'
a red tractor
a house on the grass
a yellow flower
a blue car in the desert
a boat at sea
a green tree in the snow
a white cat
a castle at night
an orange fish
a purple mushroom
TEXTS

awk '{ n[$1]++; d = $3 - $2; s[$1] += d; q[$1] += d * d; a[$1] += $2; b[$1] += $3 }
  END { for (i in n) {
    m = s[i] / n[i]; e = sqrt ((q[i] / n[i] - m * m) / (n[i] - 1))
    printf "%d iterations, %d pairs: A %.4f, B %.4f, B - A %+.4f, standard error %.4f\n",
           i, n[i], a[i] / n[i], b[i] / n[i], m, e } }' "$folder/scores" | sort -n
