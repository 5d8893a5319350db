#!/usr/bin/env bash
# Makes a local image that stands in for Docker's official Node image, where no public
# registry can be reached: `make-node-image.sh NAME`. It is no copy of that image. It has
# what the Dockerfile uses of it: this machine's Debian packages (shell, coreutils,
# binutils, dpkg, CA certificates), the Node that npm installed for this repository, and
# this machine's npm. Needs root, apt-get and buildah; storage is that of the environment.
set -euo pipefail
name=$1
cd "$(dirname "$0")/../.."
node=$(realpath node_modules/.bin/node)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
debs=$work/debs
mkdir -p "$debs/partial" "$root"/usr/{bin,sbin,lib,lib32,lib64,libx32,local/bin,local/lib/node_modules} "$root"/{tmp,run,etc/ssl/certs} "$root"/var/lib/dpkg/info
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done

# With an empty state apt works out all that these need; nothing of the machine changes.
: >"$work/status"
fetch() {
  apt-get install -y -qq --no-install-recommends --download-only \
    -o Dir::State::status="$work/status" -o Dir::Cache::archives="$debs" -o APT::Sandbox::User=root \
    base-files bash coreutils findutils grep sed dpkg libc-bin binutils libatomic1 libstdc++6 ca-certificates >"$work/apt.log" 2>&1
}
fetch || { apt-get update -qq && fetch; } || { cat "$work/apt.log" >&2; exit 1; }

echo 1 >"$root/var/lib/dpkg/info/format"
for deb in "$debs"/*.deb; do
  # Into the links that /bin, /lib and so on are.
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink
  package=$(dpkg-deb -f "$deb" Package)
  [ "$(dpkg-deb -f "$deb" Multi-Arch)" != same ] || package+=:$(dpkg-deb -f "$deb" Architecture)
  { dpkg-deb -f "$deb"; echo 'Status: install ok installed'; echo; } >>"$root/var/lib/dpkg/status"
  dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's/^\.//; s/\/$//; s/^$/\/./' >"$root/var/lib/dpkg/info/$package.list"
done
# As update-ca-certificates does it; what this machine trusts besides is not taken along.
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
ln -sf bash "$root/usr/bin/sh"

cp "$node" "$root/usr/local/bin/node"
cp "$(dirname "$node")/../LICENSE" "$root/usr/local/LICENSE"
cp -rL "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"

container=$(buildah from scratch)
buildah copy -q "$container" "$root" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
buildah commit -q --rm "$container" "$name" >/dev/null
echo "Made a stand-in for $name"
