/** What all documents say about the system. */
export const ABOUT = {
  title: 'Chat backend',
  /** Version of the wire, not of the software: it grows when clients have to know. */
  version: '1.0.0',
  license: { name: 'MIT' },
  host: 'localhost:3000',
  origin: 'http://localhost:3000',
} as const;

/** Everything under these prefixes is the same. */
export const ALIASES = ['', '/api', '/api/v1'] as const;
