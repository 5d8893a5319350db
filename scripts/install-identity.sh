#!/usr/bin/env bash
# Installs what the identity tests run against: Debian's slapd and openssl, and Keycloak from the
# Maven repository (needs Java and mvn). What is there already is left alone; what
# cannot be had is said.
set -u
cd "$(dirname "$0")/.."
clients=test/.clients
version=26.7.3
artifact="org.keycloak:keycloak-quarkus-dist:$version:tar.gz"
mkdir -p "$clients"

missing=()
[ -x /usr/sbin/slapd ] || missing+=(slapd)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || echo "Debian packages could not be installed"
  else
    echo "Not installed, as this needs root and apt-get: ${missing[*]}"
  fi
fi

if [ ! -x "$clients/keycloak/bin/kc.sh" ]; then
  if command -v java >/dev/null && command -v mvn >/dev/null; then
    echo "Installing Keycloak $version from the Maven repository"
    archive="$HOME/.m2/repository/org/keycloak/keycloak-quarkus-dist/$version/keycloak-quarkus-dist-$version.tar.gz"
    for _ in 1 2 3; do
      [ -f "$archive" ] || mvn -q -B dependency:get -Dartifact="$artifact" -Dtransitive=false || sleep 5
    done
    rm -f "$clients/keycloak.obstacle"
    # No fault of the server: CI counts its tests among the skipped ones then.
    [ -f "$archive" ] || echo "it could not be fetched from the Maven repository" | tee "$clients/keycloak.obstacle"
    if [ -f "$archive" ]; then
      rm -rf "$clients/keycloak"
      tar -xzf "$archive" -C "$clients" && mv "$clients/keycloak-$version" "$clients/keycloak"
    fi
  else
    echo "java or mvn is not here" | tee "$clients/keycloak.obstacle"
  fi
fi

[ -x /usr/sbin/slapd ] || echo "Missing: slapd"
[ -x "$clients/keycloak/bin/kc.sh" ] || echo "Missing: Keycloak"
exit 0
