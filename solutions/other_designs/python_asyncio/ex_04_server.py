"""A chat server with Python's asyncio: one coroutine for each client.

The stream reader cuts the lines. Its limit is far above the default of 64 KiB,
so that a long line does not end the connection.
"""

import asyncio

LIMIT = 64 * 1024 * 1024
writers: dict[asyncio.StreamWriter, str] = {}


def broadcast(line: bytes, sender: asyncio.StreamWriter) -> None:
    """Writes without waiting: a slow client holds up nobody else."""
    for writer in writers:
        if writer is not sender and not writer.is_closing():
            writer.write(line)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, port, *_ = writer.get_extra_info("peername")
    writers[writer] = name = f"{host} {port}"
    print(f"{name} came, {len(writers)} in the room", flush=True)
    try:
        # Ends at EOF; what comes after the last newline is no message.
        while (line := await reader.readline()).endswith(b"\n"):
            broadcast(line, writer)
    except (ConnectionError, ValueError) as error:
        print(f"{name}: {error}", flush=True)
    finally:
        del writers[writer]
        writer.close()
        print(f"{name} went, {len(writers)} in the room", flush=True)


async def run() -> None:
    server = await asyncio.start_server(serve, "localhost", 8888, limit=LIMIT)
    print("The room is open.", flush=True)
    async with server:
        await server.serve_forever()


try:
    asyncio.run(run())
except KeyboardInterrupt:
    print("The room is closed.")
