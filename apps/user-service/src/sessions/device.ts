/** The order matters: browsers name those that they descend from. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(A|iOS)?\//, 'Edge'],
  [/\bOP(R|T|iOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const nameIn = (agent: string, names: typeof APPS) => names.find(([pattern]) => pattern.test(agent))?.[1];

/**
 * What people know a device by, such as `Firefox on Windows`; the same after an update. An app that is no browser goes by the first
 * word of what it says of itself. It is what the client says: a name to recognise, no proof.
 */
export function deviceOf(userAgent: string): string {
  const app = nameIn(userAgent, APPS) ?? /^[\w.-]{1,30}/.exec(userAgent)?.[0] ?? 'An unknown app';
  const platform = nameIn(userAgent, PLATFORMS);
  return platform === undefined ? app : `${app} on ${platform}`;
}
