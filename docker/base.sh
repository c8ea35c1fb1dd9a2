#!/bin/sh
# docker/base.sh NAME: makes the local image NAME, a minimal Debian of the suite this machine runs, from this
# machine's own package sources. For sites that reach Debian's packages but no image registry; with a registry,
# pass its debian image as BASE to the Dockerfiles instead.
#
# Needs root, mmdebstrap and podman. Exit codes: 0 made or already there, 1 failed, 2 usage.
set -eu

[ $# -eq 1 ] || { echo "usage: docker/base.sh NAME" >&2; exit 2; }
name=$1
for tool in mmdebstrap podman; do
	command -v "$tool" >/dev/null || { echo "docker/base.sh: $tool is missing: apt-get install $tool" >&2; exit 1; }
done
podman image exists "$name" && exit 0

suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
sources=$(mktemp)
tar=$(mktemp --suffix=.tar)
trap 'rm -f "$sources" "$tar"' EXIT
# Only Debian's own archives: a machine's other sources have keys and packages the image must not depend on.
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
	cat /etc/apt/sources.list.d/debian.sources
else
	grep -hE "^deb .*$suite" /etc/apt/sources.list
fi >"$sources"
mmdebstrap --quiet --variant=minbase --include=ca-certificates "$suite" "$tar" - <"$sources"
podman import --quiet "$tar" "$name"
