"""What Python's own readers make of OCI layouts: one JSON line for each folder named on standard input.

`{"layers": [[entry, ...], ...], "config": digest, "manifest": digest, "platform": what the index says}` as an engine would unpack it, or `{"broken": why}`.
Shares nothing with the readers under test.
"""
import hashlib
import io
import json
import os
import sys
import tarfile
import zlib


class Broken(Exception):
    pass


def blob(folder, descriptor):
    algorithm, _, digits = descriptor["digest"].partition(":")
    with open(os.path.join(folder, "blobs", algorithm, digits), "rb") as file:
        data = file.read()
    if len(data) != descriptor["size"]:
        raise Broken("size")
    if hashlib.new(algorithm, data).hexdigest() != digits:
        raise Broken("digest")
    return data


def unpacked(data):
    plain = b""
    while data[:2] == b"\x1f\x8b":
        stream = zlib.decompressobj(31)
        plain += stream.decompress(data) + stream.flush()
        if not stream.eof:
            raise Broken("gzip is cut off")
        data = stream.unused_data
        if not data.strip(b"\0"):
            return plain
    if plain:
        raise Broken("something behind the gzip")
    return data


def entries(plain):
    found = []
    # umoci leaves the end mark and the padding of the last content out, and Go reads it; Python wants whole blocks.
    blocks = plain + bytes(-len(plain) % 512)
    with tarfile.open(fileobj=io.BytesIO(blocks), mode="r:", errorlevel=2, errors="surrogateescape") as tar:
        for member in tar:
            if max(member.offset_data, member.offset_data + member.size * member.isreg()) > len(plain):
                raise Broken("cut off")
            content = tar.extractfile(member).read() if member.isreg() and not member.issparse() else b""
            if member.isreg() and len(content) != member.size:
                raise Broken("content is cut off")
            path = "/".join(part for part in member.name.split("/") if part not in ("", "."))
            xattrs = {k: v for k, v in member.pax_headers.items() if k.startswith("SCHILY.xattr.")}
            kind = "file" if member.isreg() else member.type.decode("latin1")
            link = "/".join(part for part in member.linkname.split("/") if part not in ("", ".")) if member.islnk() else member.linkname
            own = [path, kind, member.uid, member.gid, repr(float(member.mtime)), sorted(xattrs.items())]
            own += [member.mode & 0o7777 if not member.issym() else 0, link if member.issym() or member.islnk() else ""]
            own += [[member.devmajor, member.devminor] if member.isdev() and not member.isfifo() else []]
            found.append([repr(one) for one in own] + [hashlib.sha256(content).hexdigest()])
        if plain[tar.offset :].strip(b"\0"):
            raise Broken("something behind the last entry")
    return found


def image(folder):
    with open(os.path.join(folder, "index.json"), "rb") as file:
        (entry,) = json.loads(file.read().decode("utf-8"))["manifests"]
    manifest_bytes = blob(folder, entry)
    manifest = json.loads(manifest_bytes.decode("utf-8"))
    config = json.loads(blob(folder, manifest["config"]).decode("utf-8"))
    diff_ids = config["rootfs"]["diff_ids"]
    if len(diff_ids) != len(manifest["layers"]):
        raise Broken("diff IDs")
    layers = []
    for layer, diff_id in zip(manifest["layers"], diff_ids):
        plain = unpacked(blob(folder, layer))
        if "sha256:" + hashlib.sha256(plain).hexdigest() != diff_id:
            raise Broken("diff ID")
        layers.append(entries(plain))
    return {"layers": layers, "config": manifest["config"]["digest"], "manifest": entry["digest"], "platform": entry.get("platform")}


for line in sys.stdin:
    try:
        result = image(line.rstrip("\n"))
    except Exception as error:  # whatever is wrong with it
        result = {"broken": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
