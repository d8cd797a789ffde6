import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DATA, findOnPath, isExecutable } from '../lib/environment.mjs';
import { Failure, messageOf } from '../lib/failure.mjs';
import { runCommand } from '../lib/run-command.mjs';

const UNPACKED = path.join(DATA, 'packages', 'rabbitmq');
const RELEASES = 'usr/lib/rabbitmq/lib';
/** Start scripts that run as any user; Debian's /usr/sbin/rabbitmq-server insists on its own. */
const INSTALLED = [
  '/usr/lib/rabbitmq/bin',
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
];
/** Needed only by the system service. */
const NOT_NEEDED = new Set(['adduser', 'logrotate', 'socat', 'libpopt0', 'libwrap0']);

/** Erlang's own start script knows only the place where the package would be installed. */
const RELOCATABLE_ERL = `#!/bin/sh
ROOTDIR=$(CDPATH= cd "$(dirname "$0")/.." && pwd)
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
EMU=beam
PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
`;

/** @typedef {{ server: string, epmd: string, libraries?: string }} Rabbitmq */

/**
 * Finds RabbitMQ on the machine, else gets Debian's packages and unpacks them below `.data`: nothing is installed in
 * the system, no system service is started, and it takes no root.
 * @param {import('./index.mjs').Log} [log]
 * @returns {Promise<Rabbitmq>}
 */
export async function findRabbitmq(log = () => {}) {
  return (await findInstalled()) ?? (await findUnpacked()) ?? (await unpackDebian(log));
}

async function findInstalled() {
  const epmd = await findOnPath('epmd');
  if (!epmd || !(await findOnPath('erl'))) return null;
  for (const folder of INSTALLED) {
    const server = path.join(folder, 'rabbitmq-server');
    if (await isExecutable(server)) return { server, epmd };
  }
  return null;
}

async function findUnpacked() {
  const [version] = await readdir(path.join(UNPACKED, RELEASES)).catch(() => []);
  if (!version) return null;
  const root = await withoutSpaces(UNPACKED);
  const libraries = [];
  for (const folder of ['usr/lib', 'lib']) {
    const names = await readdir(path.join(root, folder)).catch(() => []);
    const found = names.filter((name) => name.endsWith('-linux-gnu'));
    libraries.push(...found.map((name) => path.join(root, folder, name)));
  }
  return {
    // Not by the shorter path of Debian: that is a link, which the script would follow back to the real place.
    server: path.join(root, RELEASES, version, 'sbin/rabbitmq-server'),
    epmd: path.join(root, 'usr/lib/erlang/bin/epmd'),
    libraries: libraries.join(':'),
  };
}

/** RabbitMQ's start script breaks at spaces in its own path: a way around them, if there are any. */
async function withoutSpaces(folder) {
  if (!/\s/.test(folder)) return folder;
  const name = `chat-backend-rabbitmq-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  const link = path.join(tmpdir(), name);
  await symlink(folder, link).catch(() => {});
  if ((await readlink(link)) === folder) return link;
  throw new Failure(
    `${link} should lead to ${folder}.`,
    'Remove it, or move the checkout to a path without spaces.',
  );
}

async function unpackDebian(log) {
  if (!(await findOnPath('apt-get')) || !(await findOnPath('dpkg-deb'))) {
    throw new Failure('There is no RabbitMQ on this machine, and no apt-get to get one.', CHOICES);
  }
  const draft = `${UNPACKED}.draft-${process.pid}`;
  log({
    name: 'rabbitmq',
    level: 'info',
    message: "getting Debian's packages of RabbitMQ and Erlang (35 MB)",
  });
  try {
    await mkdir(path.join(draft, 'apt'), { recursive: true });
    await download(path.join(draft, 'apt'));
    const archives = (await readdir(path.join(draft, 'apt'))).filter((name) => name.endsWith('.deb'));
    for (const archive of archives)
      await runCommand('dpkg-deb', ['-x', path.join(draft, 'apt', archive), draft]);
    await writeFile(path.join(draft, 'usr/lib/erlang/bin/erl'), RELOCATABLE_ERL, { mode: 0o755 });
    for (const folder of ['apt', 'usr/share'])
      await rm(path.join(draft, folder), { recursive: true, force: true });
    // Someone else may have been faster: theirs is as good.
    await rename(draft, UNPACKED).catch(() => access(UNPACKED));
  } catch (error) {
    throw new Failure(`Debian's packages of RabbitMQ cannot be had: ${messageOf(error)}`, CHOICES, {
      cause: error,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const unpacked = await findUnpacked();
  if (!unpacked) throw new Failure(`The packages unpacked in ${UNPACKED} hold no RabbitMQ server.`, CHOICES);
  return unpacked;
}

/** Downloads with the machine's package lists; with lists of our own when those are missing or out of date. */
async function download(folder) {
  try {
    await downloadWith(folder, []);
  } catch {
    const own = path.join(folder, 'own');
    for (const name of ['state/lists/partial', 'cache/archives/partial']) {
      await mkdir(path.join(own, name), { recursive: true });
    }
    const options = [
      ...['-o', `Dir::State=${own}/state`, '-o', `Dir::State::lists=${own}/state/lists`],
      ...['-o', `Dir::Cache=${own}/cache`],
      ...['-o', 'Dir::State::status=/var/lib/dpkg/status'],
    ];
    await apt(folder, [...options, 'update']);
    await downloadWith(folder, options);
  }
}

async function downloadWith(folder, options) {
  const nothing = path.join(folder, 'nothing-installed');
  await writeFile(nothing, '');
  // All of Erlang and RabbitMQ, as if nothing were installed; of everything else only what this machine lacks.
  const all = await packagesToInstall(folder, [...options, '-o', `Dir::State::status=${nothing}`]);
  const missing = await packagesToInstall(folder, options).catch(() => []);
  const wanted = all.filter((name) => /^(erlang-|rabbitmq-)/.test(name) || missing.includes(name));
  await apt(folder, [...options, 'download', ...wanted.filter((name) => !NOT_NEEDED.has(name))]);
}

async function packagesToInstall(folder, options) {
  const simulation = ['install', '--simulate', '--no-install-recommends', 'rabbitmq-server'];
  const stdout = await apt(folder, [...options, ...simulation]);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]);
}

function apt(cwd, args) {
  const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const env = { ...process.env, LC_ALL: 'C' };
  return runCommand('apt-get', [...sandbox, '-q', '-y', ...args], { cwd, env, timeoutMs: 180_000 });
}

const CHOICES = [
  'Choose one: set RABBITMQ_URL to a broker of your own; start a Docker engine;',
  'install RabbitMQ (Debian, Ubuntu: apt-get install rabbitmq-server; macOS: brew install rabbitmq).',
].join(' ');
