import { expect, it, vi } from 'vitest';
import { Logger } from '../src/index';
import { startTestService } from './support/test-service';

const forwarded = { headers: { 'x-forwarded-for': '192.0.2.1' } };

it.each([
  ['once by a service that trusts no proxy', {}, 1],
  ['not by one that does', { trustProxy: 1 }, 0],
  ['not by the one that clients connect to', { atTheEdge: true }, 0],
])('that requests come through a proxy is said %s', async (_who, options, times) => {
  const { app, client } = await startTestService(options);
  try {
    const warn = vi.spyOn(app.get(Logger), 'warn');
    await client.request('/things');
    expect(warn).not.toHaveBeenCalled();
    for (let time = 0; time < 3; time++) await client.request('/things', forwarded);
    expect(warn).toHaveBeenCalledTimes(times);
    for (const [line] of warn.mock.calls) expect(line).toContain('TRUST_PROXY');
  } finally {
    await app.close();
  }
});
