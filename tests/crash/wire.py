"""The way between a gateway and its PostgreSQL, for a trial to spoil: it cuts connections in the midst of a COMMIT, or is slow."""
import asyncio

# Of the protocol's simple query; the frame is type 'Q', length, text, NUL.
COMMIT = b"COMMIT\0"


class Wire:
    """Carries to a Unix socket. `cut_commits`: the share of COMMITs at which the connection is cut, half of them before the
    server sees it, half after it has answered. `delay`: seconds for each message to the server."""

    def __init__(self, target, chance):
        self.target, self.chance = target, chance
        self.cut_commits = 0.0
        self.delay = 0.0
        self.commits = self.cut_before = self.cut_after = 0
        self.server = None

    async def open(self):
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return self

    def close(self):
        self.server.close()

    @property
    def url(self):
        port = self.server.sockets[0].getsockname()[1]
        return f"postgresql://postgres@127.0.0.1:{port}/evalbridge?sslmode=disable"

    async def _carry(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(self, writer, far_writer)
        await asyncio.gather(link.towards_server(reader), link.towards_client(far_reader))


class Link:
    """One connection. Its ends go together, without a goodbye."""

    def __init__(self, wire, near, far):
        self.wire, self.near, self.far = wire, near, far
        self.answer_is_lost = False

    def cut(self):
        self.near.transport.abort()
        self.far.transport.abort()

    async def towards_server(self, reader):
        try:
            while message := await reader.read(1 << 16):
                if self.wire.delay:
                    await asyncio.sleep(self.wire.delay)
                if COMMIT in message.upper():
                    self.wire.commits += 1
                    if self.wire.chance.random() < self.wire.cut_commits:
                        if self.wire.chance.random() < 0.5:
                            self.wire.cut_before += 1
                            return
                        self.answer_is_lost = True
                self.far.write(message)
                await self.far.drain()
        except OSError:
            pass
        finally:
            self.cut()

    async def towards_client(self, reader):
        try:
            while message := await reader.read(1 << 16):
                if self.answer_is_lost:
                    self.wire.cut_after += 1
                    return
                self.near.write(message)
                await self.near.drain()
        except OSError:
            pass
        finally:
            self.cut()
