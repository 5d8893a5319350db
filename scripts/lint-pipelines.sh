#!/usr/bin/env bash
# Lints the workflows of GitHub with actionlint, from the Go module proxy at the version
# below; npm test holds the other pipelines against their schemas. Go's is built into a
# folder that outlives this one ($ZAS_CLIENTS_CACHE, or zas-clients in the user's cache).
set -euo pipefail
cd "$(dirname "$0")/.."
version=v1.7.12
linter=$(command -v actionlint || true)
if [ -z "$linter" ]; then
  folder=${ZAS_CLIENTS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/zas-clients}/actionlint@$version
  linter=$folder/actionlint
  if [ ! -x "$linter" ]; then
    command -v go >/dev/null || { echo "actionlint is not on the PATH, and Go is not here to install it: go install github.com/rhysd/actionlint/cmd/actionlint@$version" >&2; exit 1; }
    GOBIN=$folder go install "github.com/rhysd/actionlint/cmd/actionlint@$version"
  fi
fi
"$linter" -color .github/workflows/*.yml
echo "The workflows of GitHub are as they should be ($("$linter" -version | head -1))."
