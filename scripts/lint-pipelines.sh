#!/usr/bin/env bash
# Lints the workflows of GitHub with actionlint, from the PATH or from the Go module proxy at
# the version below; npm test holds the other pipelines against their schemas.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/from-go.sh
linter=$(command -v actionlint || true)
if [ -z "$linter" ]; then
  from_go actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 >&2
  linter=$built
fi
"$linter" -color .github/workflows/*.yml
echo "The workflows of GitHub are as they should be ($("$linter" -version | head -1))."
