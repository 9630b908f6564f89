# Sourced by examples/run and tests/run: makes sure that Debian packages are installed.
# shellcheck shell=bash

# need_packages NAME...: installs what is missing, as root or through sudo; says what to install when it can do neither.
need_packages() {
	local missing=() name
	for name in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	local as=()
	if [ "$(id -u)" -ne 0 ]; then
		if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
			as=(sudo)
		else
			echo "These Debian packages are needed, and there is neither root nor sudo to install them:" >&2
			echo "  apt-get install ${missing[*]}" >&2
			exit 1
		fi
	fi
	echo "== installing: ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	"${as[@]}" apt-get -q update >/dev/null
	"${as[@]}" apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "${missing[@]}" >/dev/null
}

build_packages=(gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev libjansson-dev zlib1g-dev nettle-dev)
test_packages=(g++ git libcmocka-dev valgrind abigail-tools binutils doxygen python3 sqlite3 libpq-dev postgresql
	python3-distributed python3-matplotlib python3-mypy python3-pandas python3-pip)
