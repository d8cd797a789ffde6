import { fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createAccounts } from '../run/accounts.mjs';
import { machine } from '../run/report.mjs';
import { startFreshSystem } from '../run/system.mjs';
import { formOf, load } from './load.mjs';
import { peaks } from './memory.mjs';

const PEOPLE = 50;
const PHOTO = { width: 1_600, height: 1_200 };

/**
 * Uploads through the gateway and directly, beside a bare stream into a file of the same folder, all in one run.
 * @param {{ files: number, megabytes: number, parallel: number, photos: number }} options
 * @param {(text: string) => void} say
 */
export async function runUpload({ files, megabytes, parallel, photos }, say) {
  const system = await startFreshSystem({ instances: { chat: 1 }, say });
  const bare = fork(path.join(import.meta.dirname, 'bare.mjs'), [path.dirname(system.env.FILES_DIR)]);
  try {
    const [port] = await once(bare, 'message');
    const accounts = await createAccounts({
      postgresUrl: system.env.POSTGRES_URL,
      secret: system.secret,
      count: PEOPLE,
    });
    const tokens = accounts.map(({ token }) => token);
    const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(megabytes * 1_000_000, 'x')]);
    const ways = {
      bare: `http://127.0.0.1:${port}/`,
      synced: `http://127.0.0.1:${port}/synced`,
      chat: `${system.urls.chat[0]}/upload/single`,
      gateway: `${system.urls.gateway[0]}/upload/single`,
    };
    const common = { tokens, parallel };
    const report = {
      machine: machine(),
      options: { files, megabytes, parallel, photos },
      load: os.loadavg(),
    };
    const body = formOf('a.pdf', content);
    const documents = {};
    for (const [name, url] of Object.entries(ways)) {
      say(`${name}: warming up`);
      await load({ ...common, url, body, times: parallel * 2 });
      say(`${name}: ${files} files of ${megabytes} MB, ${parallel} at a time`);
      documents[name] = await load({ ...common, url, body, times: files });
    }
    const afterDocuments = peaks(system.processes);
    say(`${photos} photos`);
    const photo = formOf('a.jpg', await noise());
    const pictures = await load({ ...common, url: ways.gateway, body: photo, times: photos });
    return {
      ...report,
      documents,
      pictures,
      peakMb: { afterDocuments, afterPhotos: peaks(system.processes) },
      complaints: system.complaints,
    };
  } finally {
    if (bare.connected) bare.disconnect();
    await system.stop();
  }
}

/** A photo that cannot be made small. */
const noise = () =>
  sharp({ create: { ...PHOTO, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 30 } } })
    .jpeg({ quality: 80 })
    .toBuffer();

export function describe({ options, documents, pictures, peakMb, complaints }) {
  const names = {
    bare: 'Bare stream to disk',
    synced: 'The same, synced',
    chat: 'Chat service',
    gateway: 'Through the gateway',
  };
  const rows = Object.entries(documents).map(([name, { mbPerSecond }]) => {
    const share = Math.round((mbPerSecond / documents.bare.mbPerSecond) * 100);
    return `${names[name].padEnd(22)}${mbPerSecond.toFixed(0).padStart(6)} MB/s ${String(share).padStart(4)} %`;
  });
  const peak = ({ 'chat-1': chat, 'gateway-1': gateway }) => `chat ${chat} MB, gateway ${gateway} MB`;
  return [
    `${options.files} files of ${options.megabytes} MB, ${options.parallel} at a time`,
    ...rows,
    `Photos of ${PHOTO.width} x ${PHOTO.height}    ${pictures.perSecond.toFixed(1)} a second`,
    `Peak memory: ${peak(peakMb.afterDocuments)}; with photos: ${peak(peakMb.afterPhotos)}`,
    ...(complaints.length > 0
      ? [`The services complained ${complaints.length} times; first: ${complaints[0]}`]
      : []),
  ].join('\n');
}
