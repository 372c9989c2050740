import { connect, createServer, type Socket } from 'node:net';

/** A TCP path to a server that can be cut and mended, so that a shared server looks as if it were killed. */
export async function severablePath(host: string, port: number) {
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((client) => {
    if (cut) return void client.destroy();
    const upstream = connect(port, host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => socket.destroy())
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sever = () => {
    cut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: Number(Object(server.address()).port),
    sever,
    mend: () => {
      cut = false;
    },
    async close() {
      sever();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
