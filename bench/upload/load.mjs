import http from 'node:http';

const BOUNDARY = 'bench-boundary';

/** A whole form with one file. @param {string} name @param {Buffer} content */
export function formOf(name, content) {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/**
 * Sends the body again and again, some at a time, each sender as somebody else. Megabytes of body and requests per second.
 * @param {{ url: string, tokens: string[], body: Buffer, times: number, parallel: number }} options
 */
export async function load({ url, tokens, body, times, parallel }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
  let left = times;
  const begun = performance.now();
  const sender = async (number) => {
    while (left-- > 0) await send({ url, agent, body, token: tokens[number % tokens.length] });
  };
  try {
    await Promise.all(Array.from({ length: parallel }, (_, number) => sender(number)));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - begun) / 1_000;
  return { mbPerSecond: (times * body.length) / 1e6 / seconds, perSecond: times / seconds };
}

function send({ url, agent, body, token }) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    };
    const outgoing = http.request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () =>
        answer.statusCode === 201
          ? resolve(undefined)
          : reject(new Error(`an upload was answered ${answer.statusCode}: ${text.slice(0, 200)}`)),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
