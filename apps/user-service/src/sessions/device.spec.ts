import { describe, expect, it } from 'vitest';
import { deviceOf } from './device';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0';

describe('deviceOf', () => {
  it.each([
    [`${WINDOWS}; rv:132.0) Gecko/20100101 Firefox/132.0`, 'Firefox on Windows'],
    [`${WINDOWS}; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Windows'],
    [`${WINDOWS}) ${CHROME} Safari/537.36`, 'Chrome on Windows'],
    [`${WINDOWS}) ${CHROME} Safari/537.36 Edg/131.0.0.0`, 'Edge on Windows'],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${CHROME} Mobile Safari/537.36`, 'Chrome on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['ChatApp/3.1 (Android 14)', 'ChatApp on Android'],
    ['okhttp/4.12.0', 'okhttp'],
    ['', 'An unknown app'],
    ['<script>alert(1)</script>', 'An unknown app'],
  ])('%s is %s', (agent, device) => expect(deviceOf(agent)).toBe(device));
});
