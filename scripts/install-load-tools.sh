#!/usr/bin/env bash
# Compiles k6 from the Go module proxy, at the version below: `npm run load` drives servers
# with it. With --peers also the servers that `npm run bench:compare` sets beside ours,
# which take minutes each. What is there already is left alone; what cannot be had is said,
# and the exit code is 1 then.
#
# They are built into a folder that outlives this one, so that each is compiled once:
# $ZAS_CLIENTS_CACHE, or else zas-clients in the user's cache.
set -u
case "${1-}" in
  '' | --peers) ;;
  *) echo "usage: $0 [--peers]" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
bin=$PWD/test/.clients/bin
cache=${ZAS_CLIENTS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/zas-clients}
mkdir -p "$bin" "$cache" || exit 1
failed=()

from_go() {
  local name=$1 module=$2 folder=$cache/$1@${2##*@}
  if [ ! -x "$folder/$name" ]; then
    if ! command -v go >/dev/null; then
      echo "Not installed, as Go is not here: $name"
      failed+=("$name")
      return
    fi
    echo "Installing $name from the Go module proxy: $module"
    local started=$SECONDS
    if ! GOBIN=$folder go install "$module"; then
      failed+=("$name")
      return
    fi
    echo "Installed $name in $((SECONDS - started)) s"
  fi
  ln -sfn "$folder/$name" "$bin/$name"
}
from_go k6 go.k6.io/k6@v1.8.1
if [ "${1-}" = --peers ]; then
  from_go minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
  from_go versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
  from_go registry github.com/distribution/distribution/v3/cmd/registry@v3.1.2
fi

if [ ${#failed[@]} -gt 0 ]; then
  echo "These could not be installed: ${failed[*]}" >&2
  exit 1
fi
echo "The load tools are installed."
