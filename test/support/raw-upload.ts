import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { noteCall, type Actor } from '@app/testing';

const BOUNDARY = 'xXx-boundary-xXx';

/** A part as it stands in a body: its headers are taken as they are. */
export const part = (headers: string, content: Buffer | string = 'content'): Buffer =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`, 'latin1'),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);

export const filePart = (field: string, name: string, content?: Buffer | string): Buffer =>
  part(`Content-Disposition: form-data; name="${field}"; filename="${name}"`, content);

export const formOf = (...parts: Buffer[]): Buffer =>
  Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);

export interface RawUpload {
  /** Of the gateway, or of a service. */
  origin: string;
  who: Actor;
  path?: string;
  /** Over those that a whole form has; undefined takes one away. */
  headers?: Record<string, string | undefined>;
}

/** An upload whose body is up to the caller. */
export function beginUpload({
  origin,
  who,
  path = '/upload/single',
  headers = {},
}: RawUpload): ClientRequest {
  const all = {
    authorization: `Bearer ${who.account.accessToken}`,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    ...headers,
  };
  const given = Object.entries<string | undefined>(all).filter(([, value]) => value !== undefined);
  const outgoing = request(origin + path, {
    method: 'POST',
    agent: false,
    headers: Object.fromEntries(given),
  });
  // What becomes of it shows in the answer.
  outgoing.on('error', () => undefined);
  return outgoing;
}

export interface UploadAnswer {
  status: number;
  /** Of a refusal. */
  code: string;
  data?: { _id: string; name: string; type: string; size: number };
}

export async function answerOf(outgoing: ClientRequest): Promise<UploadAnswer> {
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as {
    data?: UploadAnswer['data'];
    error?: { code: string };
  };
  noteCall('POST', outgoing.path, body.error?.code ?? 'ok');
  return { status: incoming.statusCode ?? 0, code: body.error?.code ?? '', data: body.data };
}

export function sendForm(upload: RawUpload, body: Buffer): Promise<UploadAnswer> {
  const outgoing = beginUpload({
    ...upload,
    headers: { 'content-length': String(body.length), ...upload.headers },
  });
  outgoing.end(body);
  return answerOf(outgoing);
}
