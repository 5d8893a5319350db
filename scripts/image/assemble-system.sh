#!/bin/bash
# Gathers what the image holds besides the server: `assemble-system.sh OUT ADDON…`. That is
# Node without its symbols, the libraries that it and the ADDONs are linked with, the
# command `zas`, CA certificates, the user, and who made what under which licence. Runs in
# a Debian image with Node and binutils; follows whatever architecture that has.
set -euo pipefail
out=$1
shift
node=$(command -v node)

mkdir -p "$out/usr/local/bin" "$out/etc/ssl/certs" "$out/var/lib/dpkg/status.d" "$out/usr/share/doc/node" "$out/plugins" "$out/tmp"
chmod 1777 "$out/tmp"
strip -o "$out/usr/local/bin/node" "$node"
printf '#!/usr/local/bin/node\nimport("/app/apps/host/dist/zas.js");\n' >"$out/usr/local/bin/zas"
chmod 755 "$out/usr/local/bin/zas"

# Each library at the path by which the loader asks for it.
libraries=$(ldd "$node" "$@" | grep -o '/[^ ]*\.so[^ ]*' | sort -u)
for library in $libraries; do
  mkdir -p "$out$(dirname "$library")"
  cp -L "$library" "$out$library"
done

cp -L /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
cp -L /etc/os-release "$out/etc/os-release"
echo 'hosts: files dns' >"$out/etc/nsswitch.conf"
echo 'zas:x:1000:1000::/data:/sbin/nologin' >"$out/etc/passwd"
echo 'zas:x:1000:' >"$out/etc/group"

# As scanners look for it in images without a package manager.
packages=$(for library in $libraries; do
  # A library may be registered without the link that leads to it, or below /usr.
  dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "$(readlink -f "$library")" 2>/dev/null || dpkg-query -S "/usr$library"
done | sed 's/:.*//' | sort -u)
for package in $packages ca-certificates; do
  dpkg-query -s "$package" >"$out/var/lib/dpkg/status.d/$package"
  mkdir -p "$out/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$out/usr/share/doc/$package/copyright"
done
node -p 'JSON.stringify(process.versions, null, 2)' >"$out/usr/share/doc/node/versions.json"
for licence in /usr/local/LICENSE "$(dirname "$node")/../LICENSE"; do
  [ ! -f "$licence" ] || cp "$licence" "$out/usr/share/doc/node/LICENSE"
done
