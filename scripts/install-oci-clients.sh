#!/usr/bin/env bash
# Installs the OCI clients that the client tests drive: Debian's engines and skopeo by
# apt-get, and crane, oras and regctl from the Go module proxy, at the versions below. With
# --slow also helm and cosign, which take minutes to compile (`npm run test:clients-slow`
# drives them). What is there already is left alone; what cannot be had is said, and the
# exit code is 1 then.
set -u
case "${1-}" in
  '' | --slow) ;;
  *) echo "usage: $0 [--slow]" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
bin=$PWD/test/.clients/bin
. scripts/from-go.sh
mkdir -p "$bin" || exit 1
failed=()

# command: package
declare -A packages=(
  [/usr/bin/skopeo]=skopeo
  [/usr/bin/podman]=podman
  [/usr/bin/buildah]=buildah
  [/usr/sbin/runc]=runc
  [/usr/bin/containerd]=containerd
  [/usr/bin/ctr]=containerd
  [/usr/sbin/dockerd]=docker.io
  [/usr/bin/docker]=docker.io
)
missing=()
for command in "${!packages[@]}"; do
  [ -x "$command" ] || missing+=("${packages[$command]}")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || failed+=("${missing[@]}")
  else
    echo "Not installed, as this needs root and apt-get: ${missing[*]}"
    failed+=("${missing[@]}")
  fi
fi

link_from_go crane github.com/google/go-containerregistry/cmd/crane@v0.22.1
link_from_go oras oras.land/oras/cmd/oras@v1.3.6
link_from_go regctl github.com/regclient/regclient/cmd/regctl@v0.11.7
if [ "${1-}" = --slow ]; then
  link_from_go helm helm.sh/helm/v4/cmd/helm@v4.3.1
  link_from_go cosign github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
fi

if [ ${#failed[@]} -gt 0 ]; then
  echo "These could not be installed: ${failed[*]}" >&2
  exit 1
fi
echo "The OCI clients are installed."
