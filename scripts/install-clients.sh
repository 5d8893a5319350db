#!/usr/bin/env bash
# Installs the S3 clients that the client tests drive: Debian's, PyPI's, and mc from the
# Go module proxy; Chromium, which reads /docs; and strace for the power-cut test. What is there already is left
# alone; what cannot be had is said.
set -u
cd "$(dirname "$0")/.."
clients=test/.clients
mkdir -p "$clients"

missing=()
command -v s3cmd >/dev/null || missing+=(s3cmd)
command -v rclone >/dev/null || missing+=(rclone)
command -v restic >/dev/null || missing+=(restic)
command -v s3fs >/dev/null || missing+=(s3fs)
command -v strace >/dev/null || missing+=(strace)
command -v curl >/dev/null || missing+=(curl)
command -v chromium >/dev/null || missing+=(chromium)
[ -x /usr/bin/aws ] || missing+=(awscli)
/usr/bin/python3 -c 'import boto3' 2>/dev/null || missing+=(python3-boto3)
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || echo "Debian packages could not be installed"
  else
    echo "Not installed, as this needs root and apt-get: ${missing[*]}"
  fi
fi

if [ ! -x "$clients/venv/bin/aws" ]; then
  echo "Installing AWS CLI and boto3 from PyPI"
  /usr/bin/python3 -m venv "$clients/venv" && "$clients/venv/bin/pip" install -q --disable-pip-version-check awscli boto3 || echo "PyPI clients could not be installed"
fi

if ! "$clients/venv/bin/python" -c 'import pyarrow' 2>/dev/null; then
  echo "Installing pyarrow from PyPI"
  "$clients/venv/bin/pip" install -q --disable-pip-version-check --only-binary=:all: pyarrow || echo "pyarrow could not be installed"
fi

if [ ! -x "$clients/bin/mc" ]; then
  if command -v go >/dev/null; then
    echo "Installing mc from the Go module proxy"
    GOBIN="$PWD/$clients/bin" go install github.com/minio/mc@latest || echo "mc could not be installed"
  else
    echo "mc not installed, as Go is not here"
  fi
fi
