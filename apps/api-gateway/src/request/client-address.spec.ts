import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressBucket, clientAddress } from './client-address';

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('clientAddress', () => {
  it.each([
    ['nobody is trusted', '10.0.0.1', '1.1.1.1', 0, '10.0.0.1'],
    ['IPv4 in IPv6', '::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
    ['one hop', '10.0.0.1', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['two hops', '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', 2, '1.1.1.1'],
    ['more hops than entries', '10.0.0.1', '1.1.1.1', 5, '1.1.1.1'],
    ['a hop that sent nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
  ])('%s', (_name, peer, forwarded, hops, expected) =>
    expect(clientAddress(from(peer, forwarded), hops)).toBe(expected),
  );
});

describe('addressBucket', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s shares %s', (address, bucket) => expect(addressBucket(address)).toBe(bucket));
});
