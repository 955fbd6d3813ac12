#!/bin/sh
# quality.sh - is a precision or a cutout method as good as float32 and pooling?
#
# By hand, for it takes hours: ten prompts, three seeds, the starter, 100 and 300 iterations. Both
# ways are run with the same prompts and seeds, each picture is scored, and the difference of each
# pair is averaged. A way may be a default only if its mean is not below zero by more than two
# standard errors.
#
#   tests/bench/quality.sh [-j JUDGE [-v VOCABULARY]] [-p PROMPTS] [-s SEEDS] [-i 'ITERATIONS ...']
#     [-o SCORES] build/app/tiller-cli '--cut-method pooling --precision float32' \
#     '--cut-method fused --precision float32'
#
# The judge is a CLIP that did not steer. Without one the CLIP that steered scores itself on the
# whole picture, which flatters whatever steers best by it. SCORES is a file with a line per pair:
# what is in it is not computed again, so that a run that was stopped goes on; it belongs to one
# pair of ways and one judge. -p, -s and -i make it smaller: the first so many prompts and seeds.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

usage ()
{
  sed -n 's/^#   tests/usage: tests/p; s/^#     /  /p' "$0" >&2
  exit 2
}

judge='' vocabulary='' n_prompts=10 n_seeds=3 lengths='100 300' scores=''
while getopts j:v:p:s:i:o: option; do
  case $option in
    j) judge=$OPTARG ;;
    v) vocabulary=$OPTARG ;;
    p) n_prompts=$OPTARG ;;
    s) n_seeds=$OPTARG ;;
    i) lengths=$OPTARG ;;
    o) scores=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] || usage
cli=$1 a=$2 b=$3
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
scores=${scores:-$folder/scores}
touch "$scores"

# A picture at one length is the same on the way to a greater one: each way is run once, to the
# greatest, and looked at on the way.
longest=0 step=0
for length in $lengths; do
  [ "$length" -le "$longest" ] || longest=$length
  [ "$step" -ne 0 ] && [ "$length" -ge "$step" ] || step=$length
done
for length in $lengths; do
  [ $((length % step)) -eq 0 ] || { echo "$0: not a multiple of $step: $length" >&2; exit 2; }
done

# score TEXT PICTURE
score ()
{
  "$cli" score ${judge:+--clip "$judge"} ${vocabulary:+--vocab "$vocabulary"} --json --text "$1" \
    "$2" | sed -n 's/.*"similarity" *: *\([-0-9.e]*\).*/\1/p'
}

# draw FOLDER OPTIONS TEXT SEED: the options are words, on purpose
draw ()
{
  # shellcheck disable=SC2086
  "$cli" run $2 --quiet --prompt "$3" --seed "$4" --iterations "$longest" --size 128x128 \
    --save-every "$step" --frames "$1" --output "$1/last.png"
}

# compare TEXT SEED
compare ()
{
  mkdir "$folder/a" "$folder/b"
  draw "$folder/a" "$a" "$1" "$2"
  draw "$folder/b" "$b" "$1" "$2"
  for length in $lengths; do
    name=$(printf '%06d.png' "$length")
    echo "$length $(score "$1" "$folder/a/$name") $(score "$1" "$folder/b/$name") $2 $1"
  done > "$folder/lines"
  cat "$folder/lines" >> "$scores"
  rm -r "$folder/a" "$folder/b"
}

# is_known TEXT SEED
is_known ()
{
  for length in $lengths; do
    grep -q "^$length [-0-9.e]* [-0-9.e]* $2 $1\$" "$scores" || return 1
  done
}

head -n "$n_prompts" << 'TEXTS' > "$folder/texts"
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

while read -r text; do
  seed=1
  while [ "$seed" -le "$n_seeds" ]; do
    is_known "$text" "$seed" || compare "$text" "$seed"
    seed=$((seed + 1))
  done
done < "$folder/texts"

awk 'NF > 4 { n[$1]++; d = $3 - $2; s[$1] += d; q[$1] += d * d; a[$1] += $2; b[$1] += $3 }
  END { for (i in n) {
    m = s[i] / n[i]; e = n[i] > 1 ? sqrt ((q[i] / n[i] - m * m) / (n[i] - 1)) : 0
    printf "%d iterations, %d pairs: A %.4f, B %.4f, B - A %+.4f, standard error %.4f\n",
           i, n[i], a[i] / n[i], b[i] / n[i], m, e } }' "$scores" | sort -n
