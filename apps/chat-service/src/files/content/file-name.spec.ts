import { describe, expect, it } from 'vitest';
import { cleanName, dispositionOf } from './file-name';
import { FILE_TYPES, TEXT } from './file-types';

const [png, mp4, txt] = ['image/png', 'video/mp4', TEXT].map((mime) => FILE_TYPES.get(mime)!);

describe('cleanName', () => {
  it.each([
    ['a plain one', 'photo.png', 'photo.png'],
    ['any script and emoji', 'Фото 日本 🌅👨‍👩‍👧.PNG', 'Фото 日本 🌅👨‍👩‍👧.PNG'],
    ['another extension', 'photo.jpg', 'photo.jpg.png'],
    ['a script', 'movie.php', 'movie.php.png'],
    ['no extension', 'photo', 'photo.png'],
    ['a way up', '../../x', '_.._x.png'],
    ['a path of Windows', 'C:\\x\\y.png', 'C__x_y.png'],
    ['a hidden one', '.htaccess', 'htaccess.png'],
    ['NUL and line ends', 'a\0b\r\nSet-Cookie: x.png', 'abSet-Cookie_ x.png'],
    ['text turned around', 'x\u202Egnp.exe', 'xgnp.exe.png'],
    ['markup', '<script>.png', '_script_.png'],
    ['nothing', '', 'file.png'],
    ['dots only', '...', 'file.png'],
    ['an extension only', '.png', 'png.png'],
    ['half of an emoji', 'a\ud83c.png', 'a.png'],
  ])('%s', (_what, given, expected) => expect(cleanName(given, png!)).toBe(expected));

  it('keeps 255 bytes at most, whole characters and the extension', () => {
    const long = cleanName('🌅'.repeat(300), mp4!);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^(?:🌅)+\.mp4$/u);
    expect(cleanName(`${'x'.repeat(300)}.mp4`, mp4!)).toBe(`${'x'.repeat(251)}.mp4`);
  });
});

describe('dispositionOf', () => {
  it('shows images, and saves text', () => {
    expect(dispositionOf('a.png', png!)).toMatch(/^inline;/);
    expect(dispositionOf('a.txt', txt!)).toMatch(/^attachment;/);
  });

  it('says the name twice, and nothing that ends the header', () => {
    expect(dispositionOf(`Фото "it's" 100%.png`, png!)).toBe(
      `inline; filename="____ _it's_ 100_.png"; filename*=UTF-8''%D0%A4%D0%BE%D1%82%D0%BE%20%22it%27s%22%20100%25.png`,
    );
  });
});
