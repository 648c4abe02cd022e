#!/bin/sh
# Makes the packages of this folder: one in two versions, and the first version built anew. Needs dpkg-deb.
set -eu
cd "$(dirname "$0")"
deb() { # version payload file
  work=$(mktemp -d)
  mkdir -p "$work/DEBIAN" "$work/usr/share/libthing" "$work/usr/lib" "$work/etc"
  printf 'Package: libthing\nVersion: %s\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n' "$1" > "$work/DEBIAN/control"
  for i in $(seq 1 20); do echo "libthing $2 file $i" > "$work/usr/share/libthing/f$i"; done
  echo same > "$work/usr/share/libthing/same"
  echo "only $2" > "$work/usr/share/libthing/only-$2"
  ln -s "liblibthing.$2" "$work/usr/lib/liblibthing.so"
  echo "conf $2" > "$work/etc/libthing.conf"
  echo /etc/libthing.conf > "$work/DEBIAN/conffiles"
  echo "libthing text $2" | gzip -n > "$work/usr/share/libthing/change.gz"
  (cd "$work" && find usr -type f | xargs md5sum > DEBIAN/md5sums)
  find "$work" -exec touch -h -d "2020-01-01" {} +
  dpkg-deb --root-owner-group -b "$work" "$3" > /dev/null
  rm -rf "$work"
}
deb 1.0-1 a libthing_1.0-1_all.deb
deb 1.0-2 b libthing_1.0-2_all.deb
deb 1.0-1 z libthing_1.0-1_all.rebuilt.deb
