import { serverDraining } from '@app/contracts';
import { PlainClient } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealtimeApp } from './support/realtime-app';
import { say } from './support/test-namespace';

describe('a plain client that', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start({ heartbeatMs: 200 });
  });
  afterAll(() => app.close());

  it('shows no sign of life is cut off; one that does is not', async () => {
    const dead = PlainClient.connect(app.origin, app.token(1), { autoPong: false });
    const live = PlainClient.connect(app.origin, app.token(2));
    for (const client of [dead, live]) await client.emit(say, { text: 'in' });
    expect(await dead.closed).toBe(1006);
    expect(await live.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
    live.close();
  });
});

describe('when the process stops', () => {
  it('each plain client is told, and closed so that it comes back; none comes in any more', async () => {
    const app = await RealtimeApp.start();
    const three = [1, 2, 3].map((user) => PlainClient.connect(app.origin, app.token(user)));
    for (const client of three) await client.emit(say, { text: 'in' });
    const closing = app.app.close();
    await three[0]!.receives(serverDraining);
    const late = PlainClient.connect(app.origin, app.token(4));
    expect(await Promise.all([...three, late].map(({ closed }) => closed))).toEqual([1012, 1012, 1012, 1006]);
    for (const client of three) expect(client.received(serverDraining)).toEqual([{ withinMs: 1_000 }]);
    await closing;
  });
});
