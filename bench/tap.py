#!/usr/bin/env python3
"""A proxy between a gateway and a vendor that notes every exchange: tap.py VENDOR_PORT NOTES_FILE. Prints {"port":N}. A
note is a line of JSON: when the request had come and the answer gone (CLOCK_MONOTONIC, seconds), method, path, status."""
import asyncio
import json
import sys
import time


async def read_message(reader):
    """Head, body and head lines of a message with Content-Length; None at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    length = next((int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:")), 0)
    return head, await reader.readexactly(length), lines


async def carry(reader, writer, vendor_port, notes):
    far_writer = None
    try:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", vendor_port, limit=1 << 20)
        while asked := await read_message(reader):
            came = time.monotonic()
            far_writer.write(asked[0] + asked[1])
            given = await read_message(far_reader)
            if not given:
                break
            writer.write(given[0] + given[1])
            await writer.drain()
            method, path, _ = asked[2][0].split(" ", 2)
            notes.write(json.dumps({"came": came, "gone": time.monotonic(), "method": method, "path": path,
                                    "status": int(given[2][0].split(" ")[1])}) + "\n")
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        for each in (writer, far_writer):
            if each:
                each.close()


async def main():
    vendor_port, file = int(sys.argv[1]), sys.argv[2]
    with open(file, "w", buffering=1) as notes:
        server = await asyncio.start_server(lambda r, w: carry(r, w, vendor_port, notes), "127.0.0.1", 0, limit=1 << 20,
                                            backlog=1024)
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
