import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, freePort, type Gateway } from './support/gateway';
import { Upstream, type Echo } from './support/upstream';
import { openRaw, raw, upgradeRequest, WEBSOCKET_PATH } from './support/wire';

describe('several instances of a service', () => {
  const upstreams: Upstream[] = [];
  let gateway: Gateway;

  const start = async (...names: string[]) => {
    for (const name of names) upstreams.push(await Upstream.start({ name }));
    gateway = await startGateway({ USER_SERVICE_URL: upstreams.map(({ url }) => url) });
  };
  const answeredBy = async () =>
    ((await (await gateway.fetch('/auth/x')).json()) as { data?: Echo }).data?.instance;

  afterEach(async () => {
    await gateway.close();
    for (const upstream of upstreams.splice(0)) await upstream.kill();
  });

  it('take turns', async () => {
    await start('a', 'b');
    const names = await Promise.all(Array.from({ length: 10 }, answeredBy));
    expect(names.filter((name) => name === 'a')).toHaveLength(5);
  });

  it('a GET that meets a dead one is answered by another', async () => {
    await start('a', 'b');
    await upstreams[0]?.kill();
    const names = await Promise.all(Array.from({ length: 10 }, answeredBy));
    expect(new Set(names)).toEqual(new Set(['b']));
  });

  it('an unready one is left alone as long as another is ready', async () => {
    await start('a', 'b');
    const [a] = upstreams;
    if (a) a.ready = false;
    await expect
      .poll(async () => new Set(await Promise.all(Array.from({ length: 4 }, answeredBy))), { timeout: 5_000 })
      .toEqual(new Set(['b']));
  });

  it('a socket that comes while there is none is let in as soon as there is one', async () => {
    const port = await freePort();
    gateway = await startGateway({ CHAT_SERVICE_URL: [`http://127.0.0.1:${port}`] });
    const opening = openRaw(gateway.port);
    const polling = gateway.fetch('/socket.io/?EIO=4&transport=polling');
    // They have come: what was asked for later has an answer.
    for (let asked = 0; asked < 5; asked++) expect((await gateway.fetch('/health/live')).status).toBe(200);
    upstreams.push(await Upstream.start({ name: 'a', port }));
    (await opening).destroy();
    expect((await polling).status).toBe(200);
  });

  it('many that wait ask after it no more often than one', async () => {
    let asked = 0;
    const starting = createServer((_request, response) => {
      asked++;
      response.writeHead(503).end(JSON.stringify({ data: { checks: { process: 'draining' } } }));
    });
    starting.listen(0, '127.0.0.1');
    await once(starting, 'listening');
    const { port } = starting.address() as AddressInfo;
    gateway = await startGateway({ CHAT_SERVICE_URL: [`http://127.0.0.1:${port}`] });
    const before = asked;
    const refused = Array.from({ length: 40 }, () => raw(gateway.port, upgradeRequest(WEBSOCKET_PATH)));
    for (const answer of await Promise.all(refused)) expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    // In three seconds: ten a second for all of them, and one of the gateway's own.
    expect(asked - before).toBeGreaterThan(5);
    expect(asked - before).toBeLessThan(45);
    starting.close();
  });

  it('a restarted one serves again', async () => {
    const port = await freePort();
    upstreams.push(await Upstream.start({ name: 'a', port }));
    gateway = await startGateway({ USER_SERVICE_URL: [`http://127.0.0.1:${port}`] });
    await upstreams[0]?.kill();
    expect((await gateway.fetch('/auth/x')).status).toBe(503);
    upstreams.push(await Upstream.start({ name: 'a', port }));
    await expect.poll(answeredBy, { timeout: 5_000 }).toBe('a');
  });
});
