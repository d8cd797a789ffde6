import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UserConfig } from '../config';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps what we must be able to read again, such as the secret of an authenticator app, from whoever reads the
 * database. Each purpose has a key of its own (HKDF); `context` (whose it is) is authenticated: a sealed text that was
 * copied to another row does not open. Sealed: IV (12 bytes), tag (16), ciphertext.
 */
@Injectable()
export class SecretBox {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly config: UserConfig) {}

  seal(purpose: string, context: string, text: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keyFor(purpose), iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** Throws for what was not sealed for this purpose and context under today's key. */
  open(purpose: string, context: string, sealed: Buffer): string {
    const iv = sealed.subarray(0, IV_BYTES);
    const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.keyFor(purpose), iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    return decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  /** A hash that cannot be searched without our key, for codes short enough to be guessed. */
  fingerprint(purpose: string, context: string, text: string): Buffer {
    return createHmac('sha256', this.keyFor(purpose)).update(`${context}:${text}`).digest();
  }

  private keyFor(purpose: string): Buffer {
    const known = this.keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(
      hkdfSync('sha256', this.config.SECRETS_KEY, '', `chat-backend:${purpose}`, KEY_BYTES),
    );
    this.keys.set(purpose, key);
    return key;
  }
}
