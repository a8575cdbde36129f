"""A small asynchronous HTTP/1.1 client that tells how an exchange failed: what a trial of lost requests needs to know."""
import asyncio
import json
import select
import time


class Refused(Exception):
    """No connection: nothing was sent."""


class Idle(Exception):
    """The server had closed the kept connection before anything was sent on it."""


class Lost(Exception):
    """Sent on a connection that stood, and no whole answer came."""


class Connection:
    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    @property
    def is_open(self):
        return self.writer is not None

    async def open(self):
        try:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        except OSError as why:
            raise Refused(str(why)) from None

    def close(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    def send(self, method, path, fields=None, body=b""):
        if self.reader.at_eof() or self.reader.exception() or self._is_closed():
            self.close()
            raise Idle()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"] + [f"{k}: {v}" for k, v in (fields or {}).items()]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def _is_closed(self):
        """Whether the end has come that the event loop hasn't told of yet."""
        look = select.poll()
        look.register(self.writer.get_extra_info("socket").fileno(), select.POLLRDHUP)
        return bool(look.poll(0))

    async def head(self):
        """Status and fields."""
        try:
            block = await self.reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError) as why:
            self.close()
            raise Lost(f"{type(why).__name__}: {why}") from None
        lines = block.decode("latin-1").split("\r\n")
        fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}
        return int(lines[0].split(" ")[1]), fields

    async def body(self, status, fields):
        if status in (204, 304):
            return b""
        try:
            return await self.reader.readexactly(int(fields.get("content-length", 0)))
        except (OSError, asyncio.IncompleteReadError) as why:
            self.close()
            raise Lost(f"in the body: {type(why).__name__}") from None

    async def ask(self, method, path, fields=None, body=b""):
        """Status, fields, body. Opens the connection where there is none; closes it where the server said so."""
        if not self.is_open:
            await self.open()
        self.send(method, path, fields, body)
        status, got = await self.head()
        content = await self.body(status, got)
        if got.get("connection", "").lower() == "close":
            self.close()
        return status, got, content


async def events(connection, path, last_id=None):
    """The events of one stream as (id, kind, data text, when), until it ends. Raises Refused, Lost; StreamRefused with
    the status where it is no stream."""
    if not connection.is_open:
        await connection.open()
    connection.send("GET", path, {"Accept": "text/event-stream", **({"Last-Event-ID": last_id} if last_id else {})})
    status, fields = await connection.head()
    if status != 200:
        await connection.body(status, fields)
        connection.close()
        raise StreamRefused(status)
    text = ""
    try:
        while True:
            size = int((await connection.reader.readline()).split(b";")[0] or b"0", 16)
            if size == 0:
                return
            piece = await connection.reader.readexactly(size + 2)
            at = time.monotonic()
            text += piece[:-2].decode()
            while "\n\n" in text:
                block, text = text.split("\n\n", 1)
                parts = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
                if "event" in parts:
                    yield parts.get("id"), parts["event"], parts.get("data", ""), at
    except (OSError, asyncio.IncompleteReadError, ValueError) as why:
        raise Lost(f"in the stream: {type(why).__name__}") from None
    finally:
        connection.close()


class StreamRefused(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


def run_of(event_data):
    """The run in a status, progress or done event's data."""
    data = json.loads(event_data)
    return data.get("run", data)
