#!/bin/sh
# docker/base.sh NAME: makes the local image NAME, a minimal Debian of this machine's suite, from this machine's own
# package sources. Use it where Debian's packages can be reached but no image registry. With a registry, pass its
# debian image as BASE to the Dockerfiles instead.
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
extra=$(mktemp -d)
chmod 755 "$extra"
trap 'rm -rf "$sources" "$tar" "$extra"' EXIT
# Only Debian's own archives: the image must not depend on keys and packages of the machine's other sources.
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
	cat /etc/apt/sources.list.d/debian.sources
else
	grep -hE "^deb .*$suite" /etc/apt/sources.list
fi >"$sources"
# Certificates that this machine trusts in addition (a company's proxy): installations inside the image need them.
mkdir -p "$extra/ca-certificates"
cp /usr/local/share/ca-certificates/*.crt "$extra/ca-certificates/" 2>/dev/null || true
mmdebstrap --quiet --variant=minbase --include=ca-certificates \
	--customize-hook="copy-in $extra/ca-certificates /usr/local/share" \
	--customize-hook='chroot "$1" update-ca-certificates >/dev/null 2>&1' \
	"$suite" "$tar" - <"$sources"
podman import --quiet "$tar" "$name"
