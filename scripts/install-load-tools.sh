#!/usr/bin/env bash
# Compiles k6 from the Go module proxy, at the version below: `npm run load` drives servers
# with it. With --peers also the servers that `npm run bench:compare` sets beside ours,
# which take minutes each. What is there already is left alone; what cannot be had is said,
# and the exit code is 1 then.
set -u
case "${1-}" in
  '' | --peers) ;;
  *) echo "usage: $0 [--peers]" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
bin=$PWD/test/.clients/bin
. scripts/from-go.sh
mkdir -p "$bin" || exit 1
failed=()

link_from_go k6 go.k6.io/k6@v1.8.1
if [ "${1-}" = --peers ]; then
  link_from_go minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
  link_from_go versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
  link_from_go registry github.com/distribution/distribution/v3/cmd/registry@v3.1.2
fi

if [ ${#failed[@]} -gt 0 ]; then
  echo "These could not be installed: ${failed[*]}" >&2
  exit 1
fi
echo "The load tools are installed."
