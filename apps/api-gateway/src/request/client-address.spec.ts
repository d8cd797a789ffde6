import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address';

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
