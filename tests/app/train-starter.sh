#!/bin/sh
# train-starter.sh - the recipe of the starter, from its first line to its last, with small models
#
# What the steps learn is the learners' tests' business; here each has to find what it begins with,
# what comes out has to steer, and a recipe that is done has nothing left to do.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

recipe=$(realpath "$1")
TRAINER=$(realpath "$2")
export TRAINER
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The trainer, with sizes behind the recipe's own: the last of an option counts.
cat > "$folder/small" <<'END'
#!/bin/sh
command=$1
case $command in
  vqgan) set -- "$@" --ch 8 --groups 4 --codes 64 --e-dim 8 --size 32 --batch 2 ;;
  clip) set -- "$@" --width 8 --text-width 64 --text-layers 1 --resolution 32 --batch 32 ;;
  denoiser) set -- "$@" --width 32 --inner 32 --blocks 1 --levels 2 --size 32 --batch 4 ;;
  examples) exec "$TRAINER" "$@" --count 64 --kept 20 ;;
  *) exec "$TRAINER" "$@" ;;
esac
exec "$TRAINER" "$@" --held-out 4 --warm 1 --steps 2
END
chmod +x "$folder/small"

TRAIN="$folder/small" sh "$recipe" "$folder/out"
cd "$folder/out"
"$TRAINER" eval --vqgan starter-vqgan.safetensors --clip starter-clip.safetensors --vocab starter-merges.txt \
  --judge starter-judge.safetensors --judge-merges starter-merges.txt --judge-heads starter-judge-heads.safetensors \
  --prompts 2 --seeds 1 --iterations 1 --turns 0 --size 64

sha256sum starter-* > first
TRAIN="$folder/small" sh "$recipe" "$folder/out"
sha256sum --check --quiet first
