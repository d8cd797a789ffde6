import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';
import { openRaw } from './support/wire';

describe('a gateway that stops', () => {
  let service: Upstream;
  let gateway: Gateway;
  let pending: PromiseWithResolvers<ServerResponse>;

  beforeEach(async () => {
    pending = deferred();
    service = await Upstream.start({
      name: 'service-1',
      answer: ({ url }, response) => {
        if (url !== '/auth/slow') return false;
        pending.resolve(response);
        return true;
      },
    });
    gateway = await startGateway({ USER_SERVICE_URL: [service.url], CHAT_SERVICE_URL: [service.url] });
  });

  afterEach(() => service.kill());

  it('answers what it has accepted, and accepts nothing new', async () => {
    const answer = gateway.fetch('/auth/slow');
    const response = await pending.promise;
    const closed = gateway.close();
    await expect
      .poll(() =>
        gateway.fetch('/health/live').then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('refused');
    response.end('{"done":true}');
    expect(await (await answer).text()).toBe('{"done":true}');
    await closed;
  });

  it('does not wait for ever for a service that never answers', async () => {
    const answer = gateway.fetch('/auth/slow').catch((error: unknown) => error);
    await pending.promise;
    const started = Date.now();
    await gateway.close();
    expect(Date.now() - started).toBeLessThan(6_000);
    expect(await answer).toBeInstanceOf(Error);
  });

  it('closes its WebSockets on both sides', async () => {
    const socket = await openRaw(gateway.port);
    const ended = once(socket.resume(), 'end');
    await gateway.close();
    await ended;
    await expect.poll(() => service.io.engine.clientsCount).toBe(0);
  });
});

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
}

function deferred<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
