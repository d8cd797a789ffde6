import { describe, expect, it } from 'vitest';
import { hostOf, isPrivate, publicLookup } from './private-addresses';

describe('addresses that are nobody else’s business', () => {
  it.each([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.16.0.1', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['0.0.0.0', true],
    ['255.255.255.255', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['::', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['2606:4700::1111', false],
    ['::ffff:127.0.0.1', true],
    ['::ffff:7f00:1', true],
    ['::ffff:808:808', false],
    ['64:ff9b::7f00:1', true],
    ['push.example.com', false],
  ])('%s: %s', (address, expected) => expect(isPrivate(address)).toBe(expected));

  it.each(['https://2130706433/x', 'https://0x7f.1/x', 'https://127.1/x', 'https://[::ffff:127.0.0.1]/x'])(
    '%s is known however it is written',
    (url) => expect(isPrivate(hostOf(new URL(url)))).toBe(true),
  );

  it('are not connected to when a name leads there', async () => {
    const found = await new Promise((resolve) =>
      publicLookup('localhost', {}, (error) => resolve((error as { code?: string } | null)?.code)),
    );
    expect(found).toBe('EPRIVATE');
  });
});
