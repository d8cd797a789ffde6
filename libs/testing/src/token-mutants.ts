import { random } from './random';
import { forge, encode, type Forged } from './tokens';

export interface Mutant {
  what: string;
  token: string;
}

export interface MutantSource {
  /** The parts of a token that is accepted. */
  good: Forged;
  /** Signs with the right key: such mutants are wrong in what they say, not in how they are signed. */
  sign: (parts: Forged) => string;
  /** Keys that an attacker has: the public key in all its spellings, guesses, nothing. */
  known: Record<string, string | Buffer>;
  /** Of the pseudo-random part; printed by whoever runs the suite. */
  seed: number;
}

const NONE = ['none', 'None', 'NONE', 'nOnE', 'nonE', ' none', 'none '];
const OTHERS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
  'ES256K',
];
const ODD_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  ' ',
  'x',
  [],
  ['x'],
  {},
  { $ne: null },
  'null',
  '\u0000',
  '__proto__',
];
const KIDS = [
  '../../../../dev/null',
  '/dev/null',
  "' OR 1=1 --",
  "x' UNION SELECT 'key",
  'http://127.0.0.1/key',
  '%00',
  '$(id)',
  'a'.repeat(2_000),
];
const LATER = 3_600;

/** Thousands of tokens of which none may be accepted, made from one that is. */
export function tokenMutants(source: MutantSource): Mutant[] {
  const good = source.sign(source.good);
  const all = [
    ...wrongHeaders(source),
    ...wrongClaims(source),
    ...wrongKeys(source),
    ...wrongShapes(good),
    ...wrongSignatures(good),
    ...everyCharacter(good, random(source.seed)),
  ];
  const seen = new Set([good]);
  return all.filter(({ token }) => !seen.has(token) && seen.add(token));
}

/** Rightly signed, with a header that offers its own rules or keys. */
function wrongHeaders({ good, sign }: MutantSource): Mutant[] {
  const { alg, typ, ...rest } = good.header;
  const header = (what: string, header: Record<string, unknown>): Mutant => ({
    what: `header: ${what}`,
    token: sign({ header, payload: good.payload }),
  });
  const extras: [string, unknown][] = [
    ['jku', 'http://127.0.0.1:1/jwks.json'],
    ['x5u', 'http://127.0.0.1:1/cert.pem'],
    ['jwk', { kty: 'oct', k: 'c2VjcmV0' }],
    ['x5c', ['MIIB']],
    ['x5t', 'dGh1bWI'],
    ['crit', ['exp']],
    ['crit', []],
    ['b64', false],
    ['zip', 'DEF'],
    ['cty', 'JWT'],
    ['enc', 'A256GCM'],
    ['p2c', 1],
    ['typ2', 'at+jwt'],
  ];
  return [
    ...[...NONE, ...OTHERS]
      .filter((name) => name !== alg)
      .map((name) => header(`alg ${name}`, { ...good.header, alg: name })),
    ...ODD_VALUES.map((value) => header(`alg ${JSON.stringify(value)}`, { ...good.header, alg: value })),
    ...[...ODD_VALUES, 'JWT', 'jwt', 'service+jwt', 'AT+JWT', 'application/at+jwt', 'refresh', 'id+jwt'].map(
      (value) => header(`typ ${JSON.stringify(value)}`, { ...good.header, typ: value }),
    ),
    ...[...KIDS, ...ODD_VALUES].map((kid) =>
      header(`kid ${JSON.stringify(kid).slice(0, 40)}`, { ...good.header, kid }),
    ),
    ...extras.map(([name, value]) => header(name, { ...good.header, [name]: value })),
    header('without typ', { alg, ...rest }),
    header('without alg', { typ, ...rest }),
    header('empty', {}),
  ];
}

/** Rightly signed, with claims that are not ours to accept. */
function wrongClaims({ good, sign }: MutantSource): Mutant[] {
  const { payload } = good;
  const now = Number(payload.iat);
  const claim = (name: string, value: unknown): Mutant => ({
    what: `claim: ${name} ${JSON.stringify(value)}`,
    token: sign({ header: good.header, payload: { ...payload, [name]: value } }),
  });
  const times = [null, '', 'x', String(now + LATER), {}, [], [now + LATER], true, NaN];
  const names = [
    'another',
    `${String(payload.iss)}/`,
    String(payload.iss).toUpperCase(),
    `${String(payload.iss)} `,
  ];
  return [
    ...[...times, now - 6, now - LATER, 0, -1, 1].map((value) => claim('exp', value)),
    ...[...times, now + 60, now + LATER, 1e15].map((value) => claim('nbf', value)),
    ...times.map((value) => claim('iat', value)),
    ...[...ODD_VALUES, ...names, [payload.iss]].map((value) => claim('iss', value)),
    ...[...ODD_VALUES, ...names, 'user-service', 'chat-service', [payload.aud], [payload.aud, 'x']].map(
      (value) => claim('aud', value),
    ),
    ...[...ODD_VALUES, '0', '-1', '1.5', '01', '1e3', '0x1', '1 ', '9007199254740993', 1].map((value) =>
      claim('sub', value),
    ),
    ...[null, true, 0, 1, '', [], {}].map((value) => claim('sid', value)),
    ...['exp', 'nbf', 'iat', 'iss', 'aud', 'sub', 'sid'].map((name) => claim(name, undefined)),
  ];
}

/** Signed by somebody else: with what is public, what is guessed, or nothing. */
function wrongKeys({ good, known }: MutantSource): Mutant[] {
  const hashes: [string, string][] = [
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ];
  const keys: Record<string, string | Buffer> = {
    ...known,
    nothing: '',
    'a zero': '\0',
    secret: 'secret',
    password: 'password',
    'the development secret': 'development-only-secret-change-me-please',
    'the issuer': 'chat-backend',
    null: 'null',
    undefined: 'undefined',
  };
  return Object.entries(keys).flatMap(([name, key]) =>
    hashes.flatMap(([alg, hash]) => [
      {
        what: `key: ${name} by ${alg}`,
        token: forge({ ...good, header: { ...good.header, alg } }, key, hash),
      },
      { what: `key: ${name} by ${alg}, alg as it should be`, token: forge(good, key, hash) },
      {
        what: `key: ${name} by ${alg}, without kid`,
        token: forge({ ...good, header: { alg, typ: good.header.typ } }, key, hash),
      },
    ]),
  );
}

/** Not what a token looks like. */
function wrongShapes(good: string): Mutant[] {
  const [head = '', body = '', signature = ''] = good.split('.');
  const shapes: Record<string, string> = {
    'two parts': `${head}.${body}`,
    'one part': head,
    'no payload': `${head}..${signature}`,
    'no header': `.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    'only dots': '..',
    'four parts': `${good}.${signature}`,
    'five parts': `${head}.${body}.${signature}.${head}.${body}`,
    'twice the header': `${head}.${head}.${signature}`,
    'twice the payload': `${body}.${body}.${signature}`,
    'payload first': `${body}.${head}.${signature}`,
    'signature first': `${signature}.${head}.${body}`,
    'a space before': ` ${good}`,
    'a space after': `${good} `,
    'a line end after': `${good}\n`,
    'a zero after': `${good}\0`,
    'a space within': good.replace('.', ' .'),
    'another dot': good.replaceAll('.', '\u3002'),
    'padding on all parts': `${head}=.${body}=.${signature}=`,
    'the other base64': `${head}.${body}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`,
    'Bearer twice': `Bearer Bearer ${good}`,
    'another scheme': `Basic ${good}`,
    'as JSON': JSON.stringify({ protected: head, payload: body, signature }),
    'as JSON of many': JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
    '64 KiB': `${head}.${body}.${'A'.repeat(65_536)}`,
    'a header of 64 KiB': `${'A'.repeat(65_536)}.${body}.${signature}`,
    'in quotes': `"${good}"`,
    'with a fragment': `${good}#x`,
    'percent-encoded': encodeURIComponent(`${good}%`),
  };
  const headers = [
    'null',
    '[]',
    '"none"',
    '7',
    '{',
    '',
    '{"alg":"none"}',
    '{"alg":"HS256","alg":"none"}',
    '\ufeff{}',
  ];
  return [
    ...Object.entries(shapes).map(([what, token]) => ({ what: `shape: ${what}`, token })),
    ...headers.map((text) => ({
      what: `shape: header ${text}`,
      token: `${Buffer.from(text).toString('base64url')}.${body}.${signature}`,
    })),
    ...headers.map((text) => ({
      what: `shape: payload ${text}`,
      token: `${head}.${Buffer.from(text).toString('base64url')}.${signature}`,
    })),
    ...NONE.flatMap((alg) => [
      { what: `unsigned: ${alg}`, token: `${encode({ alg, typ: 'at+jwt' })}.${body}.` },
      {
        what: `unsigned: ${alg} with the old signature`,
        token: `${encode({ alg, typ: 'at+jwt' })}.${body}.${signature}`,
      },
    ]),
  ];
}

/** Signatures that are cut, grown, empty of content, or spelled another way. */
function wrongSignatures(good: string): Mutant[] {
  const at = good.lastIndexOf('.') + 1;
  const [signed, signature] = [good.slice(0, at), good.slice(at)];
  const bytes = Buffer.from(signature, 'base64url');
  const cut = Array.from({ length: signature.length }, (_, length) => signature.slice(0, length));
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy.toString('base64url');
  });
  const others = [
    Buffer.alloc(bytes.length).toString('base64url'),
    Buffer.alloc(bytes.length, 255).toString('base64url'),
    Buffer.concat([bytes, bytes]).toString('base64url'),
    Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'),
    Buffer.from(bytes).reverse().toString('base64url'),
    `${signature}A`,
    `${signature}=`,
    `${signature}==`,
    signature.toLowerCase(),
    signature.toUpperCase(),
  ];
  return [...cut, ...flipped, ...others].map((text, index) => ({
    what: `signature: ${index}`,
    token: signed + text,
  }));
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Other characters at each place, a character less, and one more. */
function everyCharacter(good: string, next: () => number): Mutant[] {
  const any = () => ALPHABET[Math.floor(next() * ALPHABET.length)] ?? 'A';
  return Array.from({ length: good.length }, (_, index) => {
    const [before, after] = [good.slice(0, index), good.slice(index + 1)];
    const other = any();
    return [
      ...[any(), any(), any()].map((char) => ({
        what: `character ${index} is ${char}`,
        token: before + char + after,
      })),
      { what: `character ${index} is missing`, token: before + after },
      { what: `character ${index} has ${other} before it`, token: before + other + good.slice(index) },
    ];
  }).flat();
}
