import { crc32 } from 'node:zlib';
import { ole, zip } from '@app/testing';
import { filePart, formOf, part, type RawUpload } from './raw-upload';

/** Bytes of one file in the system that these are sent to. */
export const LIMIT = 200_000;
export const MIB = 1_048_576;
export const SCRIPT = '<script>alert(document.domain)</script>';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`;

/** A PNG that says it is so large, and has hardly anything in it. */
export function hugePng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(64)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What is in no way a file that may be uploaded: name and content. */
export const NO_FILES: [string, string, Buffer | string][] = [
  ['a page as .png', 'x.png', `<!doctype html>${SCRIPT}`],
  ['PHP as .png', 'x.png', '<?php system($_GET["c"]); ?>'],
  ['SVG as .png', 'x.png', SVG],
  ['SVG as .svg', 'x.svg', SVG],
  ['XML as .jpg', 'x.jpg', `<?xml version="1.0"?>${SVG}`],
  ['a page as .html', 'x.html', SCRIPT],
  ['a GIF that is a script', 'x.gif', `GIF89a=0;/*${'x'.repeat(200)}*/alert(1)`],
  ['an image that breaks off', 'x.png', hugePng(10)],
  ['a ZIP as .docx', 'x.docx', zip({ 'bomb.txt': Buffer.alloc(50 * MIB) })],
  [
    'a document with macros',
    'x.docx',
    zip({ '[Content_Types].xml': '', 'word/document.xml': '', 'word/vbaProject.bin': '' }),
  ],
  ['a table of Excel as .doc', 'x.doc', ole('Workbook')],
  ['a program', 'x.png', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(500)])],
  ['text with NUL', 'x.txt', 'a\0b'],
  ['text that is not UTF-8', 'x.txt', Buffer.from([0x61, 0xff, 0xfe, 0x62])],
  ['text that ends within a character', 'x.txt', Buffer.from('caf\u00e9').subarray(0, 4)],
  ['nothing at all', 'x.txt', ''],
];

/** Whole bodies, where and how they are sent, and the status of the answer. */
export const BAD_FORMS: [string, Buffer, Partial<RawUpload>, number][] = [
  ['NUL in a name', formOf(filePart('file', 'a\0b.txt')), {}, 400],
  ['line ends in a name', formOf(filePart('file', 'a\r\nX-Evil: 1.txt')), {}, 400],
  ['a second file', formOf(filePart('file', 'a.txt'), filePart('file', 'b.txt')), {}, 400],
  [
    'an eleventh file',
    formOf(...Array.from({ length: 11 }, () => filePart('files', 'a.txt'))),
    { path: '/upload/multiple' },
    400,
  ],
  ['another field', formOf(filePart('avatar', 'a.txt')), {}, 400],
  ['a field without a name', formOf(filePart('', 'a.txt')), {}, 400],
  ['a field of no name', formOf(part('Content-Disposition: form-data; filename="a.txt"')), {}, 400],
  ['a file without a name', formOf(filePart('file', '')), {}, 400],
  ['text in place of a file', formOf(part('Content-Disposition: form-data; name="file"')), {}, 400],
  [
    'a field beside it',
    formOf(part('Content-Disposition: form-data; name="__proto__"'), filePart('file', 'a.txt')),
    {},
    400,
  ],
  ['no file', formOf(), {}, 400],
  ['no end', filePart('file', 'a.txt'), {}, 400],
  ['a part without headers', formOf(part('')), {}, 400],
  ['a header without a colon', formOf(part('Content-Disposition')), {}, 400],
  ['nothing', Buffer.alloc(0), {}, 400],
  ['garbage', Buffer.alloc(5_000, '\r\n--'), {}, 400],
  [
    'no boundary',
    formOf(filePart('file', 'a.txt')),
    { headers: { 'content-type': 'multipart/form-data' } },
    400,
  ],
  ['JSON', Buffer.from('{}'), { headers: { 'content-type': 'application/json' } }, 415],
  ['no type', formOf(filePart('file', 'a.txt')), { headers: { 'content-type': undefined } }, 415],
  ['a byte too many', formOf(filePart('file', 'a.txt', 'x'.repeat(LIMIT + 1))), {}, 413],
  [
    'a file too large among others',
    formOf(filePart('files', 'a.txt'), filePart('files', 'b.txt', 'x'.repeat(LIMIT + 1))),
    { path: '/upload/multiple' },
    413,
  ],
];
