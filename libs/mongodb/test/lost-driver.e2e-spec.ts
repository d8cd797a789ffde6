import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { FaultyNetwork } from '@app/testing';
import { createConnection, type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../../../tools/infra/index.mjs';
import { DriverWatch } from '../src/driver-watch';
import { Heartbeats } from '../src/heartbeats';
import { pingOnce } from '../src/ping-once';

let dataDir: string;
let stores: Infrastructure;
let connection: Connection | undefined;
let service: ChildProcess | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'lost-driver-'));
  stores = await startInfrastructure({ dataDir, only: ['mongodb'] });
});

afterEach(async () => {
  // Also one that did not end by itself, as it should have.
  service?.kill('SIGKILL');
  await connection?.close(true);
  connection = undefined;
});

afterAll(async () => {
  await stores.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function connectTo(uri: string): Promise<Connection> {
  const limits = { serverSelectionTimeoutMS: 500, connectTimeoutMS: 500, socketTimeoutMS: 1_000 };
  connection = await createConnection(uri, limits).asPromise();
  return connection;
}

it('a driver whose way is cut is told from a store that is away, and says when it last looked', async () => {
  const way = await FaultyNetwork.to(stores.mongodbUri);
  const driver = await connectTo(way.url);
  const heartbeats = new Heartbeats(driver.getClient());
  let answers = 0;
  const lost = new Promise<Error>((resolve) => {
    const store = {
      ask: () => driver.db!.command({ ping: 1 }),
      askAnew: () => pingOnce(stores.mongodbUri, 1_000).then(() => answers++),
      evidence: () => heartbeats.last(),
    };
    new DriverWatch(store, resolve, 50, 200);
  });
  way.disturb({ kind: 'cut' });
  expect((await lost).message).toMatch(/which answers others: \{.*"failed":\d+/);
  expect(answers).toBe(3);
  await way.close();
});

it('a service whose driver is stuck ends, and says why', async () => {
  const program = path.resolve(
    process.env['DIST'] ?? 'dist',
    'libs/mongodb/test/support/stuck-driver.process.js',
  );
  const own = fork(program, [stores.mongodbUri], { silent: true });
  service = own;
  const ended = once(own, 'exit');
  const said = text(own.stdout!);
  await once(own, 'message');
  own.send('get stuck');
  expect(await ended).toEqual([1, null]);
  expect(await said).toMatch(/"level":60.*the driver has not found its store.*which answers others/);
});
