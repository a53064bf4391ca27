import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mounted } from './story.ts';

/** Asks a server over the network of this machine. */
export async function listening(server: Server): Promise<Mounted> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
