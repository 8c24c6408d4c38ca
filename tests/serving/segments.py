"""Writes a gateway's log from its documents alone: docs/formats/appendlog.md, prediction_log.md."""

import json
import os
import secrets
import struct
import time

TABLE = []
for number in range(256):
    for _ in range(8):
        number = (number >> 1) ^ (0x82F63B78 if number & 1 else 0)
    TABLE.append(number)


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def segment(log, number, records):
    """The bytes of a sealed segment."""
    head = b"GALLEYLG" + struct.pack("<II16sQq12x", 2, 0, log, number, int(time.time() * 1000))
    file = head + struct.pack("<I", crc32c(head))
    checksums = b""
    for record in records:
        length = struct.pack("<I", len(record))
        checksum = struct.pack("<I", crc32c(head + length + record))
        file += length + checksum + record
        checksums += checksum
    foot = struct.pack("<IIQQ", 0xFFFFFFFF, crc32c(checksums), len(records), sum(map(len, records)))
    return file + foot + struct.pack("<II", crc32c(head + foot), 0) + b"GALLEYSL"


def put(data, records):
    """Puts a segment where the server finds it, as if a gateway had sealed it."""
    log = secrets.token_bytes(16)
    folder = os.path.join(data, "gateway/log")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{log.hex()}-{1:016x}")
    with open(path + ".part", "wb") as file:
        file.write(segment(log, 1, records))
    os.rename(path + ".part", path + ".sealed")


def prediction(first, rows, at_ms, variant, endpoint, scores, request=None, mirror_of=None):
    """A request that was answered, or with `mirror_of` an answer that nobody got."""
    kind = b"application/json"
    body = b"" if request is None else json.dumps(request).encode()
    answer = json.dumps({"predictions": scores}).encode()
    name = endpoint.encode()
    flags = (request is not None) | 2 * (mirror_of is not None)
    head = struct.pack("<cBHHHIIqq16s16s16s", b"P", flags, 7, len(name), len(kind), len(body),
                       len(answer), rows, at_ms, bytes.fromhex(first), bytes.fromhex(variant),
                       bytes(16))
    return head + bytes.fromhex(mirror_of or "") + b"default" + name + kind + body + answer


def label(prediction_id, at_ms, value, name=None):
    named = {} if name is None else {"name": name}
    return b"l" + json.dumps({"prediction_id": prediction_id, "at_ms": at_ms, "project": "default",
                              "value": json.dumps(value)} | named).encode()


def watermark(endpoint, time_):
    return b"w" + json.dumps({"at_ms": 1, "project": "default", "endpoint": endpoint,
                              "time": time_}).encode()


def traffic(endpoint, variant, to_ms, requests, failed, degraded, latency):
    return b"t" + json.dumps({"project": "default", "endpoint": endpoint, "variant": variant,
                              "from_ms": to_ms - 1000, "to_ms": to_ms, "requests": requests,
                              "failed": failed, "degraded": degraded, "latency": latency}).encode()
