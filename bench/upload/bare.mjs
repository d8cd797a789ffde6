import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * The yardstick, a process of its own: a bare server that pipes each body into a file under the given folder and looks at
 * nothing. At `/synced` it waits until the bytes are on the disk, as the system does.
 */
const folder = await mkdtemp(path.join(process.argv[2], 'bare-'));
let files = 0;
const server = http.createServer((request, response) => {
  const target = createWriteStream(path.join(folder, String(files++)), { flush: request.url === '/synced' });
  pipeline(request, target).then(
    () => response.writeHead(201).end(),
    () => response.destroy(),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => {
  server.close();
  server.closeAllConnections();
  void rm(folder, { recursive: true, force: true });
});
