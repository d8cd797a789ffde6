import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChatConfig } from '../../config';
import { S3Storage } from './s3-storage';

const SECRET = 'a secret of nobody';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** What the signature of a presigned S3 address (Signature V4) must be, for who sends these headers. */
function signatureFor(url: string, method: string, headers: Record<string, string>, secret: string): string {
  const { pathname, search, searchParams, host } = new URL(url);
  const given = (name: string) => searchParams.get(`X-Amz-${name}`) ?? '';
  const signed = given('SignedHeaders').split(';');
  const all: Record<string, string> = { host, ...headers };
  const query = search
    .slice(1)
    .split('&')
    .filter((part) => !part.startsWith('X-Amz-Signature='))
    .sort();
  const request = [
    method,
    pathname,
    query.join('&'),
    ...signed.map((name) => `${name}:${all[name] ?? ''}`),
    '',
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ];
  const [, ...scope] = given('Credential').split('/');
  const key = scope.reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  const text = ['AWS4-HMAC-SHA256', given('Date'), scope.join('/'), hash(request.join('\n'))];
  return hmac(key, text.join('\n')).toString('hex');
}

const storageAt = (S3_ENDPOINT: string) =>
  new S3Storage(
    Object.assign(new ChatConfig(), {
      S3_ENDPOINT,
      S3_ACCESS_KEY_ID: 'key',
      S3_SECRET_ACCESS_KEY: SECRET,
      S3_BUCKET: 'things',
    }),
  );

/** The servers that tests can have do not check signatures: this does it in their place. */
describe.each([
  ['a store of one’s own', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/things/incoming/x?'],
  ['Amazon', '', 'https://things.s3.us-east-1.amazonaws.com/incoming/x?'],
])('the address of an upload at %s', (_name, endpoint, begins) => {
  it('has the signature of its length, its method and its moment, and of no other', async () => {
    const { url, headers } = await storageAt(endpoint).addressToPut('incoming/x', 12_345, 60);
    expect(url.slice(0, begins.length)).toBe(begins);
    const given = new URL(url).searchParams;
    expect(given.get('X-Amz-SignedHeaders')).toBe('content-length;host');
    expect(given.get('X-Amz-Expires')).toBe('60');
    expect(headers).toEqual({ 'content-length': '12345' });
    const signature = given.get('X-Amz-Signature');
    expect(signatureFor(url, 'PUT', headers, SECRET)).toBe(signature);
    for (const [other, method, sent] of [
      [url, 'PUT', { 'content-length': '12346' }],
      [url, 'PUT', {}],
      [url, 'GET', headers],
      [url.replace('incoming/x', 'incoming/y'), 'PUT', headers],
      [url.replace('Expires=60', 'Expires=61'), 'PUT', headers],
    ] as const)
      expect(signatureFor(other, method, sent, SECRET)).not.toBe(signature);
  });

  it('asks for no checksum: it would be that of an empty body', async () => {
    const { url } = await storageAt(endpoint).addressToPut('incoming/x', 5, 60);
    expect(url).not.toMatch(/checksum/i);
  });
});
