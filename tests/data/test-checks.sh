#!/bin/sh
# test-checks.sh - does each check of check-tree.sh find what it is for?
#
#   test-checks.sh SOURCES
#
# For each kind of violation: a copy of the tree without its large files, one bad thing planted in it, and the check must
# name it; without the bad thing it must not.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -u

sources=${1:?which folder?}
tests=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
tree=$folder/tree
n_failed=0

copy_tree() {
  rm -rf "$tree"
  mkdir "$tree"
  for name in app core data po resources tests tools ui; do
    [ -d "$sources/$name" ] || continue
    tar -C "$sources" --exclude='*.safetensors' -cf - "$name" | tar -C "$tree" -xf -
  done
}

# plant FILE: the contents come from standard input
plant() {
  mkdir -p "$(dirname "$tree/$1")"
  cat >"$tree/$1"
}

run_check() {
  "$tests/check-tree.sh" "$1" "$tree" "$folder" >"$folder/output" 2>&1
}

not_ok() {
  echo "not ok - $*"
  cat "$folder/output"
  n_failed=$((n_failed + 1))
}

# expect CHECK TEXT: the check fails and says TEXT of what was just planted; TEXT must not be said of the tree without it
expect() {
  if run_check "$1"; then
    not_ok "$1 overlooks: $2"
  elif [ $? -ne 1 ] || ! grep -qF "$2" "$folder/output"; then
    not_ok "$1 fails without saying: $2"
  else
    echo "ok - $1 finds: $2"
  fi
}

accept() {
  run_check "$1"
  case $? in 0 | 1 | 77) ;; *) not_ok "$1 breaks off: $2"; return ;; esac
  if grep -qF "$2" "$folder/output"; then not_ok "$1 complains: $2"; else echo "ok - $1 accepts: $2"; fi
}

# skip CHECK TEXT: there is nothing to say but TEXT, that a tool is missing
skip() {
  run_check "$1"
  if [ $? -eq 77 ] && grep -qF "$2" "$folder/output"; then echo "ok - $1 is skipped: $2"; else not_ok "$1 hides: $2"; fi
}

tag='SPDX-License-Identifier: GPL-3.0-or-later'
copy_tree

# Translations
printf '/* %s */\nconst char *a = _ ("words");\n' "$tag" | plant core/base/planted.c
expect potfiles 'core/base/planted.c: has translatable strings'
printf 'core/base/planted.c\n' >>"$tree/po/POTFILES.in"
accept potfiles 'core/base/planted.c'
printf 'core/base/planted.c\n' >>"$tree/po/POTFILES.in"
expect potfiles 'core/base/planted.c: is twice'
rm "$tree/core/base/planted.c"
expect potfiles 'core/base/planted.c: is in po/POTFILES.in but not in the tree'
printf '#define A N_ ("words")\n' | plant core/base/planted.h
expect potfiles 'core/base/planted.h: has translatable strings'
printf ' * As in `_ ("words")`.\n' | plant core/base/planted.h
accept potfiles 'core/base/planted.h'
rm "$tree/core/base/planted.h"
printf 'a = _ ("%%" G_GUINT64_FORMAT " words");\n' | plant core/base/planted.c
expect potfiles 'core/base/planted.c:1: the translator'
printf '<property name="label" translatable="yes">Words</property>\n' | plant resources/ui/planted.ui
expect potfiles 'resources/ui/planted.ui: has translatable strings'
printf '<property name="name">Words</property>\n' | plant resources/ui/planted.ui
accept potfiles 'resources/ui/planted.ui'
copy_tree

# Templates
printf '<interface/>\n' | plant resources/ui/steer/planted.ui
expect templates 'resources/ui/steer/planted.ui: has no ui/steer/planted.c'
printf '/* %s */\n' "$tag" | plant ui/steer/planted.c
accept templates 'resources/ui/steer/planted.ui'
copy_tree

# Languages
printf 'int a;\n' | plant core/steer/planted.cpp
expect languages 'core/steer/planted.cpp: C++ outside'
printf 'int a;\n' | plant tests/core/torch/planted.cc
expect languages 'tests/core/torch/planted.cc: C++ outside'
printf 'int a;\n' | plant core/torch/planted.cpp
accept languages 'core/torch/planted.cpp'
printf '#include <gtk/gtk.h>\n' | plant core/base/planted.c
expect languages 'core/base/planted.c:1: GTK in core'
printf '\n#  include <gdk/gdk.h>\n' | plant core/base/planted.h
expect languages 'core/base/planted.h:2: GTK in core'
printf 'void f (GtkWidget *w);\n' | plant core/base/planted.c
expect languages 'core/base/planted.c:1: GTK in core'
printf '#include <gdk-pixbuf/gdk-pixbuf.h>\nGdkPixbuf *p;\n' | plant core/base/planted.c
accept languages 'core/base/planted.c'
printf '#include <gtk/gtk.h>\n' | plant ui/planted.c
accept languages 'ui/planted.c'
printf '#include <ATen/ATen.h>\n' | plant app/planted.c
expect languages 'app/planted.c:1: libtorch outside'
printf '#include <torch/version.h>\n' | plant core/torch/planted.h
accept languages 'core/torch/planted.h'
copy_tree

# Layers
for pair in base:prompt prompt:weights weights:torch torch:vqgan vqgan:clip clip:prompt session:torch \
    engine:torch engine:steer export:engine score:steer; do
  printf '#include "core/%s/x.h"\n' "${pair#*:}" | plant "core/${pair%:*}/planted.c"
  expect layers "core/${pair%:*}/planted.c:1: includes core/${pair#*:}/x.h"
done
printf '#include "ui/window.h"\n' | plant core/steer/planted.c
expect layers 'core/steer/planted.c:1: includes ui/window.h'
printf '#include "app/application.h"\n' | plant ui/planted.c
expect layers 'ui/planted.c:1: includes app/application.h'
printf 'int a;\n' | plant core/planted/planted.c
expect layers 'core/planted: has no place'
copy_tree
for pair in prompt:base torch:weights vqgan:weights clip:torch session:prompt session:weights \
    engine:base steer:prompt steer:torch steer:vqgan score:clip export:prompt; do
  printf '#include "core/%s/x.h"\n' "${pair#*:}" | plant "core/${pair%:*}/planted.c"
  accept layers "core/${pair%:*}/planted.c"
done
printf '#include "core/engine/engine.h"\n#include "ui/window.h"\n#include "app/x.h"\n' | plant app/planted.c
accept layers 'app/planted.c'
copy_tree

# Compile commands
write_commands() {
  printf '[\n  {\n    "directory": "/b",\n    "command": "cc -I.. -c ../core/base/error.c",\n' \
    >"$folder/compile_commands.json"
  printf '    "file": "../core/base/error.c",\n    "output": "a.o"\n  },\n  {\n    "directory": "/b",\n' \
    >>"$folder/compile_commands.json"
  printf '    "command": "cc %s -c ../%s",\n    "file": "../%s",\n    "output": "b.o"\n  }\n]\n' "$1" "$2" "$2" \
    >>"$folder/compile_commands.json"
}
write_commands '-I/usr/include/gtk-4.0 -O2' core/steer/planted.c
expect compile_commands 'core/steer/planted.c: is compiled with GTK'
write_commands '-isystem /usr/include/torch/csrc/api/include' core/steer/planted.c
expect compile_commands 'core/steer/planted.c: is compiled with libtorch'
write_commands '-isystem/opt/libtorch/include' app/planted.c
expect compile_commands 'app/planted.c: is compiled with libtorch'
write_commands '-Icore/torch/libtiller-torch.a.p -I../core/torch -I/usr/include/gdk-pixbuf-2.0' core/steer/planted.c
accept compile_commands 'core/steer/planted.c'
write_commands '-Itests/fuzz-torchfile.p -I../tests/core/torch -Itests/core/torch/x.p' tests/planted.c
accept compile_commands 'tests/planted.c'
write_commands '-isystem /usr/include/torch/csrc/api/include' core/torch/planted.cpp
accept compile_commands 'core/torch/planted.cpp'
write_commands '-I/usr/include/gtk-4.0' ui/planted.c
accept compile_commands 'ui/planted.c'
rm "$folder/compile_commands.json"
expect compile_commands 'is missing'

# Licences and lengths
printf 'int a;\n' | plant core/base/planted.c
expect licences 'core/base/planted.c: has no licence tag'
printf '/* %s */\n' "$tag" | plant core/base/planted.c
accept licences 'core/base/planted.c'
yes '' | head -n 601 | plant ui/planted.c
expect lengths 'ui/planted.c: 601 lines'
yes '' | head -n 600 | plant ui/planted.c
accept lengths 'ui/planted.c'
yes '' | head -n 151 | plant core/base/planted.h
expect lengths 'core/base/planted.h: 151 lines'
accept lengths 'core/torch/tensor.h'
copy_tree

# Metadata, each where its tool is installed
if command -v desktop-file-validate >/dev/null; then
  printf '[Desktop Entry]\nType=Application\n' | plant data/planted.desktop.in
  expect metadata 'data/planted.desktop.in: '
  printf '[Desktop Entry]\nType=Application\nName=Tiller\nExec=tiller\n' | plant data/planted.desktop.in
  accept metadata 'data/planted.desktop.in'
fi
if command -v appstreamcli >/dev/null; then
  printf '<?xml version="1.0"?>\n<component type="desktop-application"><id>x</id></component>\n' \
    | plant data/planted.metainfo.xml.in
  expect metadata 'data/planted.metainfo.xml.in: '
  rm "$tree/data/planted.metainfo.xml.in"
fi
if command -v glib-compile-schemas >/dev/null; then
  printf '<schemalist><schema id="a.b" path="/a/b/"><key name="c" type="i"/></schema></schemalist>\n' \
    | plant data/planted.gschema.xml
  expect metadata 'data/planted.gschema.xml: '
  printf '%s%s\n' '<schemalist><schema id="a.b" path="/a/b/"><key name="c" type="i"><default>1</default></key>' \
    '</schema></schemalist>' | plant data/planted.gschema.xml
  accept metadata 'data/planted.gschema.xml'
fi

# A tool that is missing hides nothing that another finds.
mkdir "$folder/bin"
for name in basename cat cp dirname find grep mkdir mktemp rm sort tee; do
  ln -s "$(command -v "$name")" "$folder/bin"
done
all=$PATH
PATH=$folder/bin
skip metadata 'glib-compile-schemas is not installed'
for name in $(PATH=$all command -v glib-compile-schemas); do
  PATH=$all ln -s "$name" "$folder/bin"
  skip metadata 'desktop-file-validate is not installed'
  printf '<schemalist><schema id="a.b" path="/a/b/"><key name="c" type="i"/></schema></schemalist>\n' \
    | plant data/planted.gschema.xml
  expect metadata 'data/planted.gschema.xml: '
done
PATH=$all

[ "$n_failed" -eq 0 ]
