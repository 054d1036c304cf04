"""A peer: asyncio, as the exercise hints at it.

One coroutine for each client reads lines and sends each of them to one client
after the other, waiting each time until that one has taken enough.
"""

import asyncio
import os

clients: set[asyncio.StreamWriter] = set()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    clients.add(writer)
    try:
        while line := await reader.readline():
            for client in list(clients):
                if client is not writer:
                    try:
                        client.write(line)
                        await client.drain()
                    except ConnectionError:
                        clients.discard(client)
    except ConnectionError:
        pass
    finally:
        clients.discard(writer)
        writer.close()


async def main() -> None:
    host = os.environ.get("HOST", "localhost")
    port = int(os.environ.get("PORT", "8888"))
    server = await asyncio.start_server(serve, host, port)
    async with server:
        await server.serve_forever()


asyncio.run(main())
