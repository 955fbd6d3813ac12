#!/bin/sh
# check-tree.sh - does the tree keep its own rules?
#
#   check-tree.sh CHECK SOURCES [BUILD]
#   check-tree.sh potfiles_in SOURCES > po/POTFILES.in    the list as it should be
#
# Each check prints a line per violation, with the place first, and exits with 1 if there was any; with 77 (skipped) if there
# was none but a tool that it needs is missing. CHECK is one of the check_ functions below. The rules are in style.md; that
# each check finds what it should is tested by test-checks.sh.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
LC_ALL=C
export LC_ALL

check=${1:?which check?}
sources=${2:?which folder?}
build=${3:-}

cd "$sources" || exit 2
[ -f core/base/error.h ] || { echo "$sources is not the source tree"; exit 2; }

skipped=
violations=$(mktemp) || exit 2
trap 'rm -f "$violations"' EXIT

# The folders that hold what we write; a check that forgets one is no check.
folders=
for folder in app core data po resources tests tools ui; do
  if [ -d "$folder" ]; then folders="$folders $folder"; fi
done

violation() {
  echo "$*" | tee -a "$violations"
}

# c_files [FOLDERS]
c_files() {
  find ${1:-$folders} -type f \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) 2>/dev/null | sort
}

# Translations: what has strings for people is in po/POTFILES.in, and what is there exists.

translatable_files() {
  for folder in app core ui; do
    [ -d $folder ] || continue
    find $folder \( -name '*.c' -o -name '*.cpp' \) -exec \
      grep -lE '(^|[^A-Za-z0-9_])(_|N_|C_|NC_|g_dngettext|ngettext) ?\("?' {} +
    # In the macros of a header; its comments are the manual, which shows how.
    find $folder -name '*.h' -exec grep -lE '^([^*]*[^A-Za-z0-9_*])?(_|N_|C_|NC_) ?\("' {} +
  done
  [ ! -d resources ] || find resources -name '*.ui' -exec grep -l 'translatable="yes"' {} +
  [ ! -d data ] || find data -name '*.desktop.in' -o -name '*.metainfo.xml.in' -o -name '*.mime.xml.in'
  [ ! -d data ] || find data -name '*.gschema.xml' -exec grep -l 'gettext-domain=' {} +
}

check_potfiles_in() {
  echo '# Files with strings for people, in alphabetical order. Suite data says which one is missing.'
  translatable_files | sort
}

check_potfiles() {
  listed=$(grep -v -e '^#' -e '^$' po/POTFILES.in)

  for file in $(translatable_files | sort); do
    echo "$listed" | grep -qxF "$file" || violation "$file: has translatable strings; add it to po/POTFILES.in"
  done
  for file in $listed; do
    [ -f "$file" ] || violation "$file: is in po/POTFILES.in but not in the tree"
  done
  for file in $(echo "$listed" | sort | uniq -d); do
    violation "$file: is twice in po/POTFILES.in"
  done
  for place in $(c_files | xargs grep -nE '_ ?\("([^"\\]|\\.)*"[[:space:]]*G_[A-Z0-9]+_FORMAT' \
                   | cut -d: -f1-2); do
    violation "$place: the translator would not see the rest of the string; print the number first"
  done
}

# Templates: resources/ui/X.ui belongs to ui/X.c.

check_templates() {
  [ -d resources/ui ] || return
  for template in $(find resources/ui -name '*.ui' | sort); do
    file=${template#resources/}
    [ -f "${file%.ui}.c" ] || violation "$template: has no ${file%.ui}.c"
  done
}

# C++ is for libtorch, libtorch is for core/torch, and GTK is for ui and app.

check_languages() {
  for file in $(find $folders -name '*.cpp' -o -name '*.cc' -o -name '*.cxx' -o -name '*.hpp' | sort); do
    case $file in core/torch/*) ;; *) violation "$file: C++ outside core/torch" ;; esac
  done
  for place in $(c_files core | xargs grep -nE \
      '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(gtk|gsk|gdk|graphene|pango)[./-]|(^|[^A-Za-z0-9_])(Gtk[A-Z]|Gsk[A-Z]|gtk_|gsk_)' \
      | grep -v '<gdk-pixbuf/' | cut -d: -f1-2); do
    violation "$place: GTK in core"
  done
  for place in $(c_files | xargs grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(torch|ATen|c10)/' \
      | grep -v '^core/torch/' | cut -d: -f1-2); do
    violation "$place: libtorch outside core/torch"
  done
}

# Layers: what a folder may include, its own files apart. Each name stands for that folder and what it may include itself.

may_include() {
  case $1 in
    core/base) echo ;;
    core/prompt | core/weights | core/scenes) echo core/base ;;
    core/torch) echo core/weights core/base ;;
    core/vqgan | core/clip) echo core/torch "$(may_include core/torch)" ;;
    core/session) echo core/prompt core/weights core/base ;;
    core/engine) echo core/session "$(may_include core/session)" ;;
    core/denoiser) echo core/clip "$(may_include core/clip)" ;;
    core/steer) echo core/engine core/denoiser core/vqgan core/clip core/torch "$(may_include core/engine)" ;;
    core/score) echo core/engine core/clip core/torch "$(may_include core/engine)" ;;
    core/train) echo core/steer core/scenes "$(may_include core/steer)" ;;
    core/export) echo core/session "$(may_include core/session)" ;;
    core/catalogue) echo core/weights core/base ;;
    ui) echo 'core/*' ;;
    app) echo 'core/*' ui ;;
    *) return 1 ;;
  esac
}

is_allowed() {
  for allowed in $1 $(may_include "$1"); do
    # shellcheck disable=SC2254 # a pattern
    case $2 in $allowed) return 0 ;; esac
  done
  return 1
}

layer_of() {
  case $1 in
    core/*/*) rest=${1#core/}; echo "core/${rest%%/*}" ;;
    *) echo "${1%%/*}" ;;
  esac
}

check_layers() {
  for folder in core/*/; do
    may_include "${folder%/}" >/dev/null || violation "${folder%/}: has no place among the layers yet"
  done
  c_files "$(ls -d app core ui 2>/dev/null | tr '\n' ' ')" \
    | xargs grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"(app|core|ui)/' \
    | sed -E 's/^([^:]*):([0-9]+):[^"]*"([^"]*)".*/\1 \2 \3/' \
    | while read -r file line included; do
        is_allowed "$(layer_of "$file")" "$(layer_of "$included")" \
          || violation "$file:$line: includes $included, which is not below it"
      done
}

# The compiler enforces the layers only if it gets no path that it should not have.

check_compile_commands() {
  commands=$build/compile_commands.json
  [ -f "$commands" ] || { violation "$commands: is missing"; return; }

  # One line each: FILE TAB COMMAND, of files of ours.
  pairs=$(sed -nE -e 's/^ *"command": "(.*)",?$/c\1/p' -e 's/^ *"file": "(.*)",?$/f\1/p' "$commands" \
    | awk '/^c/ { command = substr($0, 2) } /^f/ { print substr($0, 2) "\t" command }' \
    | sed -E -e 's/^(\.\.\/)+//' -e "s|^/?${PWD#/}/||")
  echo "$pairs" | grep -q '^core/base/' || violation "$commands: has no line for core/base"
  for file in $(echo "$pairs" | grep '^core/' \
      | grep -E -e '-(I|isystem) ?[^ ]*/(gtk-4|gtk4|gtk-unix|gsk|pango)' | cut -f1); do
    violation "$file: is compiled with GTK on the include path"
  done
  for file in $(echo "$pairs" | grep -v '^core/torch/' | grep '^[a-z]' \
      | sed -E 's/-(I|isystem) ?[^ ]*core\/torch[^ ]*//g' \
      | grep -E -e '-(I|isystem) ?([^ ]*/)?(lib)?torch(/| |$)' | cut -f1); do
    violation "$file: is compiled with libtorch on the include path"
  done
}

check_licences() {
  for file in $(c_files | xargs grep -L 'SPDX-License-Identifier: GPL-3.0-or-later'); do
    violation "$file: has no licence tag"
  done
}

check_lengths() {
  for file in $(c_files); do
    lines=$(wc -l <"$file")
    most=600
    case $file in core/torch/tensor.h) ;; *.h) most=150 ;; esac
    [ "$lines" -le $most ] || violation "$file: $lines lines are more than $most; find the seam"
  done
}

# What is installed: templates are checked as the files that they will be.

needs() {
  command -v "$1" >/dev/null && return 0
  echo "$1 is not installed"
  skipped=yes
  return 1
}

# validate PATTERN COMMAND...: for each data/PATTERN or data/PATTERN.in, in a folder of its own
validate() {
  pattern=$1
  shift
  [ -d data ] || return
  for file in $(find data -name "$pattern" -o -name "$pattern.in" | sort); do
    copy=$(mktemp -d) || exit 2
    cp "$file" "$copy/$(basename "${file%.in}")"
    output=$("$@" "$copy/$(basename "${file%.in}")" 2>&1) || violation "$file: $output"
    rm -rf "$copy"
  done
}

compile_schemas() {
  glib-compile-schemas --strict --dry-run "$(dirname "$1")"
}

check_metadata() {
  needs desktop-file-validate && validate '*.desktop' desktop-file-validate
  needs appstreamcli && validate '*.metainfo.xml' appstreamcli validate --no-net
  needs glib-compile-schemas && validate '*.gschema.xml' compile_schemas
}

command -v "check_$check" >/dev/null || { echo "there is no check $check"; exit 2; }
"check_$check"
[ ! -s "$violations" ] || exit 1
[ -z "$skipped" ] || exit 77
