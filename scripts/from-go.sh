# Sourced by scripts that compile programs from the Go module proxy. They are built into a
# folder that outlives this one, so that each is compiled once: $ZAS_CLIENTS_CACHE, or else
# zas-clients in the user's cache.
go_cache=${ZAS_CLIENTS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/zas-clients}

# from_go NAME MODULE@VERSION: compiles it where it is not there yet, and sets $built to its path.
# Answers 1, having said why, when it cannot be had.
from_go() {
  local name=$1 module=$2 folder=$go_cache/$1@${2##*@}
  built=$folder/$name
  [ ! -x "$built" ] || return 0
  if ! command -v go >/dev/null; then
    echo "Not installed, as Go is not here: $name (go install $module)"
    return 1
  fi
  echo "Installing $name from the Go module proxy: $module"
  local started=$SECONDS
  mkdir -p "$folder" && GOBIN=$folder go install "$module" || return 1
  echo "Installed $name in $((SECONDS - started)) s"
}

# link_from_go NAME MODULE@VERSION: the same, and links it into $bin; what fails is added to $failed.
link_from_go() {
  if from_go "$1" "$2"; then ln -sfn "$built" "$bin/$1"; else failed+=("$1"); fi
}
