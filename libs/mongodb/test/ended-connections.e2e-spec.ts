import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection, type Connection, type mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../../../tools/infra/index.mjs';
import { wakeWritersOfEndedConnections } from '../src/ended-connections';

/** What the driver looks after a server with; it promises none of it. */
interface Monitor {
  connection: { socket: Socket; closed: boolean };
  requestCheck(): void;
}

const LIMITS = { serverSelectionTimeoutMS: 1_000, connectTimeoutMS: 1_000, socketTimeoutMS: 1_000 };

let dataDir: string;
let stores: Infrastructure;
let connection: Connection;

wakeWritersOfEndedConnections();

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'ended-connections-'));
  stores = await startInfrastructure({ dataDir, only: ['mongodb'] });
});

afterEach(() => connection.close(true));

afterAll(async () => {
  await stores.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function connect(): Promise<mongo.MongoClient> {
  connection = await createConnection(stores.mongodbUri, {
    ...LIMITS,
    // Each wish to look is followed at once.
    minHeartbeatFrequencyMS: 1,
  }).asPromise();
  return connection.getClient();
}

function monitorOf(client: mongo.MongoClient): Monitor {
  const { topology } = client as unknown as {
    topology: { s: { servers: Map<string, { monitor: Monitor }> } };
  };
  const [server] = topology.s.servers.values();
  if (!server) throw new Error('the driver has no server');
  return server.monitor;
}

it('a driver that looks after its server over a connection that is just ending looks again', async () => {
  const client = await connect();
  const monitor = monitorOf(client);
  // A look right after the last one would be put off until the socket has said that it has ended.
  for (const since = performance.now(); performance.now() - since < 20;)
    await client.db().command({ ping: 1 });
  const { connection: line } = monitor;
  let isLooking = false;
  client.once('serverHeartbeatStarted', () => (isLooking = true));
  const failed = once(client, 'serverHeartbeatFailed', { signal: AbortSignal.timeout(5_000) });
  // As when the server has closed it: the socket says so a moment later.
  line.socket.destroy();
  expect(line.closed).toBe(false);
  monitor.requestCheck();
  expect(isLooking).toBe(true);
  await failed;
  const found = once(client, 'serverHeartbeatSucceeded', { signal: AbortSignal.timeout(5_000) });
  expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
  await found;
});

it('a large write to a store that has stopped reading ends in time', async () => {
  await connect();
  const large = connection.collection<{ text: string }>('large');
  await large.insertOne({ text: 'opens the connection' });
  const [server] = stores.processes;
  server?.kill('SIGSTOP');
  try {
    await expect(large.insertOne({ text: 'x'.repeat(15_000_000) })).rejects.toThrow(/timed out/i);
  } finally {
    server?.kill('SIGCONT');
  }
});
