#!/bin/sh
# train.sh - the starter models, from nothing
#
#   sh train.sh FOLDER       learns everything that data/starter holds, in FOLDER
#
# Two things at a time, each on one processor core. It can be stopped at any time (Ctrl-C, or a
# signal to its process group); the same command goes on from there. TRAIN names the program,
# tiller-train if it does not. README.md beside it says what each step is for.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

train=${TRAIN:-tiller-train}
folder=${1:?"Say in which folder to learn: sh train.sh FOLDER"}

mkdir -p "$folder"
cd "$folder"

vqgan() { "$train" vqgan --threads 1 --muon --codes 16384 --e-dim 16 "$@"; }
clip() { "$train" clip --merges starter-merges.txt --threads 1 "$@"; }
shape="--stages 2,2,2,2 --width 24 --text-layers 2 --muon"
judge="--stages 1,2,2,1 --width 20 --text-layers 2"

# Learns on from other weights, whose text tower stays as it is.
from() {
  name=$1 seed=$2 model=$3 heads=$4
  shift 4
  clip $shape --folder "$name" --seed "$seed" --start "$model" --start "$heads/clip-heads.safetensors" --keep-words --twins \
    --rebuilt 0.12 "$@"
}

# The same beside steered runs, with what no caption describes among the scenes.
hardened() { from "$@" --spoilt 0.12 --garbage 0.04; }

# Runs two functions side by side. What fails in one is told when the other has come to its end.
both() {
  status=0
  "$1" &
  one=$!
  "$2" &
  other=$!
  wait $one || status=$?
  wait $other || status=$?
  return $status
}

vqgan_first="--folder vqgan --seed 21 --free 0.4 --crops 0.8 --warm 50 --lr 4e-3 --steps 6400"
clip_first="$shape --folder clip --seed 21 --warm 100 --lr 4e-3 --steps 2800"

codes() {
  [ ! -e vqgan-3400.safetensors ] || return 0
  vqgan $vqgan_first --until 3400
  cp vqgan/vqgan.safetensors part.safetensors
  mv part.safetensors vqgan-3400.safetensors
}

words() {
  clip $clip_first --until 800
  clip $clip_first --attack 3 --twins --until 1900
}

decoder() {
  vqgan $vqgan_first
  vqgan --folder decoder --start vqgan/vqgan.safetensors --seed 22 --decoder-only --size 128 --crops 0 --batch 4 --psnr 1 \
    --spoilt 0.1 --warm 20 --lr 2e-3 --steps 1500
}

rebuilt() { clip $clip_first --attack 3 --twins --vqgan vqgan-3400.safetensors --rebuilt 0.12; }

wide() {
  from wide 31 clip/clip.safetensors clip --warm 50 --lr 1.5e-3 --vqgan vqgan/vqgan.safetensors --attack 5 --moves 2 \
    --augment 1.7 --steps 1000
}

clear() {
  from clear 32 clip/clip.safetensors clip --warm 50 --lr 1.5e-3 --vqgan vqgan/vqgan.safetensors --attack 5 --moves 2 \
    --augment 0.7 --steps 720
}

last() {
  hardened last 33 three.safetensors wide --warm 30 --lr 1.5e-3 --vqgan decoder/vqgan.safetensors --steered 8 --attack 3 \
    --steps 450
}

last_too() {
  hardened last-too 34 three.safetensors wide --warm 30 --lr 1.5e-3 --vqgan decoder/vqgan.safetensors --steered 8 --attack 4 \
    --augment 1.7 --steps 400
}

third() {
  hardened third 35 two.safetensors heads-again --warm 30 --lr 1.5e-3 --vqgan denoiser/vqgan.safetensors --steered 8 --attack 4 \
    --augment 1.3 --steps 400
}

fourth() {
  hardened fourth 36 two.safetensors heads-again --warm 30 --lr 1.5e-3 --vqgan denoiser/vqgan.safetensors --steered 8 \
    --attack 3 --augment 1.7 --steps 320
}

pair() {
  hardened drawn 42 four.safetensors fourth --warm 30 --lr 2.5e-3 --vqgan denoiser/vqgan.safetensors --steered 24 --drawn \
    --attack 4 --augment 1.2 --steps 480
  # Half an hour of one core, at once or not at all.
  [ -e starter-vqgan.safetensors ] || "$train" examples --seed 51 --vqgan denoiser/vqgan.safetensors --clip drawn/clip.safetensors \
    --merges starter-merges.txt --count 40000 --kept 9600 --output starter-vqgan.safetensors
}

judge() {
  clip $judge --folder judge-first --seed 7 --warm 100 --lr 1.8e-3 --steps 4400 --vqgan vqgan/vqgan.safetensors --rebuilt 0.06
  clip $judge --folder judge-heads --heads-only --start judge-first/clip.safetensors --seed 7 --warm 50 --lr 1e-2 --steps 2000 \
    --augment 0.3 --kept 1
  clip $judge --folder judge --start judge-first/clip.safetensors --start judge-heads/clip-heads.safetensors --seed 8 --muon \
    --warm 50 --lr 2e-3 --twins --vqgan decoder/vqgan.safetensors --rebuilt 0.06 --augment 0.7 --steps 2000
}

[ -e starter-merges.txt ] || "$train" merges --output starter-merges.txt
both codes words
both decoder rebuilt
both wide clear
"$train" average --output three.safetensors clip/clip.safetensors wide/clip.safetensors clear/clip.safetensors
both last last_too
"$train" average --output two.safetensors last/clip.safetensors last-too/clip.safetensors
clip $shape --folder heads-again --heads-only --start two.safetensors --seed 35 --warm 30 --lr 1e-2 --steps 250 --augment 0.5
"$train" denoiser --folder denoiser --seed 61 --vqgan decoder/vqgan.safetensors --clip clip/clip.safetensors \
  --merges starter-merges.txt --width 96 --inner 192 --blocks 3 --batch 36 --levels 4 --large 2 --steps 4600 --threads 2
both third fourth
"$train" average --output four.safetensors third/clip.safetensors fourth/clip.safetensors two.safetensors
both pair judge

cp drawn/clip.safetensors starter-clip.safetensors
cp judge/clip.safetensors starter-judge.safetensors
cp judge/clip-heads.safetensors starter-judge-heads.safetensors
