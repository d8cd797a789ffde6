import { getMe, login } from '@app/contracts';
import { createDatabase, FaultyNetwork, refusalOf } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, signedIn, type Person } from './support/people';
import { dropDatabase, freshDatabaseUrl, UserService } from './support/user-service';

const LONGEST_ANSWER_MS = 4_000;

describe('while PostgreSQL is away', () => {
  const url = freshDatabaseUrl();
  let network: FaultyNetwork;
  let service: UserService;
  let alice: Person;

  beforeAll(async () => {
    await createDatabase(url);
    network = await FaultyNetwork.to(url);
    service = await UserService.start({ POSTGRES_URL: network.url, POSTGRES_POOL_SIZE: '3' });
    alice = await signedIn(service);
  });

  afterEach(() => network.heal());

  afterAll(async () => {
    await service.app.close();
    await network.close();
    await dropDatabase(url);
  });

  const signIn = () => service.as().call(login, { body: { email: alice.email, password: PASSWORD } });

  it.each([
    { kind: 'cut' as const },
    { kind: 'hang' as const },
    { kind: 'mute' as const, ways: ['back' as const] },
  ])('($kind) everything answers UNAVAILABLE in time, and works again afterwards', async (fault) => {
    network.disturb(fault);
    const started = Date.now();
    // More callers than connections: nobody may wait for ever for a place in the pool.
    const refusals = await Promise.all([
      ...Array.from({ length: 5 }, () => refusalOf(signIn())),
      refusalOf(service.as(alice.accessToken).call(getMe)),
    ]);
    expect(Date.now() - started).toBeLessThan(LONGEST_ANSWER_MS);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect((await service.as().request('/health/live')).status).toBe(200);
    expect(await service.as().request('/health/ready')).toMatchObject({
      status: 503,
      body: { data: { status: 'down' } },
    });

    network.heal();
    expect((await signIn()).user).toEqual(alice.user);
    expect((await service.as().request('/health/ready')).status).toBe(200);
  });

  it('the service starts, and serves as soon as PostgreSQL is there', async () => {
    network.disturb({ kind: 'cut' });
    const early = await UserService.start({ POSTGRES_URL: network.url });
    try {
      expect((await early.as().request('/health/ready')).status).toBe(503);
      network.heal();
      expect((await early.as().request('/health/ready')).status).toBe(200);
    } finally {
      await early.app.close();
    }
  });
});
