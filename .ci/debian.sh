# shellcheck shell=bash
# Sourced by the scripts beside it and by image/root: Debian's packages, unpacked below the folder
# $out and never installed in the system. What apt notes meanwhile is below the folder $lists.

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Sets `apt` to the options of an apt that knows one suite and nothing of this system.
options() { # suite
  local at=$lists/$1
  apt=(
    -qq
    -o "Dir::Etc::SourceList=$at/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o "Dir::State::Lists=$at/lists" -o Dir::State::status=/dev/null -o "Dir::Cache=$at/cache"
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
  )
}

# The mirror that this system uses; from lists of our own where it has none yet.
mirror() {
  local at=$lists/system uri ours
  ours=(-o "Dir::State::Lists=$at/lists" -o "Dir::Cache=$at/cache" -o APT::Sandbox::User=root)
  known() { apt-get "$@" indextargets --format '$(REPO_URI)' | grep -v security | head -n 1 || true; }
  uri=$(known)
  if [ -z "$uri" ]; then
    mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
    apt-get "${ours[@]}" -qq update >&2
    uri=$(known "${ours[@]}")
  fi
  [ -n "$uri" ] || fail 'expected a Debian repository in the sources of apt, found none'
  printf '%s\n' "$uri"
}

# Fetches what a suite has to offer, as programs and, where asked (deb-src), as sources.
update() { # suite uri [type]...
  local at=$lists/$1 suite=$1 uri=$2 keys=/usr/share/keyrings/debian-archive-keyring.gpg apt type
  shift 2
  [ -r "$keys" ] || fail "expected Debian's keys in $keys; install debian-archive-keyring"
  options "$suite"
  mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
  for type in deb "$@"; do
    printf '%s [arch=%s signed-by=%s] %s %s main\n' \
      "$type" "$(dpkg --print-architecture)" "$keys" "$uri" "$suite"
  done >"$at/sources.list"
  apt-get "${apt[@]}" --error-on=any update >&2 || fail "$suite: its package lists cannot be fetched"
}

# Downloads packages of a suite into a folder.
download() { # suite folder package...
  local suite=$1 folder=$2 apt
  shift 2
  options "$suite"
  mkdir -p "$folder"
  (cd "$folder" && apt-get "${apt[@]}" download "$@" >&2) ||
    fail "packages cannot be fetched from $suite: $*"
}

# Unpacks one peer; the folder appears when it is whole, with its package's version beside usr.
unpack() { # peer suite package
  local new=$out/$1.new
  rm -rf "$new" "${out:?}/$1"
  download "$2" "$new/debs" "$3"
  dpkg -x "$new"/debs/*.deb "$new"
  dpkg-deb -f "$new"/debs/*.deb Version >"$new/version"
  rm -r "$new/debs"
  mv "$new" "$out/$1"
}
