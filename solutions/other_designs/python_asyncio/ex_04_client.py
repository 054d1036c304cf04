"""A chat client with Python's asyncio: the event loop reads the socket, and a
thread reads stdin, because reading it blocks.
"""

import asyncio
import os
import sys
import threading

LIMIT = 64 * 1024 * 1024


def read_stdin(loop: asyncio.AbstractEventLoop, typed: asyncio.Queue) -> None:
    """Runs in the thread: hands each line to the loop, and None at the end.

    Not by sys.stdin: its lock is held while it waits for a key, and the
    interpreter needs the lock when it ends.
    """
    rest = b""
    while chunk := os.read(0, 64 * 1024):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            loop.call_soon_threadsafe(typed.put_nowait, line + b"\n")
    if rest:
        loop.call_soon_threadsafe(typed.put_nowait, rest + b"\n")
    loop.call_soon_threadsafe(typed.put_nowait, None)


async def show(reader: asyncio.StreamReader) -> None:
    while line := await reader.readline():
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    print("The server is gone.", file=sys.stderr)


async def send(writer: asyncio.StreamWriter, typed: asyncio.Queue) -> None:
    try:
        while (line := await typed.get()) is not None:
            writer.write(line)
            await writer.drain()
        writer.write_eof()
    except ConnectionError:
        pass  # show() meets the same error, and the program ends by it.


async def chat() -> None:
    reader, writer = await asyncio.open_connection("localhost", 8888, limit=LIMIT)
    typed: asyncio.Queue = asyncio.Queue()
    arguments = (asyncio.get_running_loop(), typed)
    # A daemon: the program does not wait for a key once the server is gone.
    threading.Thread(target=read_stdin, args=arguments, daemon=True).start()
    sending = asyncio.create_task(send(writer, typed))
    try:
        await show(reader)
    finally:
        sending.cancel()


try:
    asyncio.run(chat())
except OSError as error:
    sys.exit(f"No connection: {error}")
except KeyboardInterrupt:
    sys.exit(130)
