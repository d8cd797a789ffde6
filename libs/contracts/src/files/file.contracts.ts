import { bytes, listOf, one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  DeleteUploadDto,
  FileDto,
  FileLinkBodyDto,
  FileLinkDto,
  FileLinkQueryDto,
  FilePathDto,
  MOST_FILES,
  PresignedUploadDto,
  PresignUploadDto,
  UploadQueryDto,
} from './file.dto';

const id = '68a0c0ffee0000000000f11e';

export const fileExample: FileDto = {
  _id: id,
  url: `/files/${id}`,
  name: 'sunset.jpg',
  type: 'image/jpeg',
  kind: 'image',
  size: 183_422,
  purpose: 'attachment',
  width: 1_600,
  height: 1_200,
  thumbnail_url: `/files/${id}/thumbnail`,
  created_at: '2026-01-01T00:00:00.000Z',
};

const TYPES = 'jpg png gif webp, mp4 webm mov, pdf doc docx txt, mp3 wav ogg, by what is in them';

export const uploadSingle = route('POST /upload/single', {
  tag: 'files',
  summary: `Upload a file as multipart/form-data: ${TYPES}. CONFLICT: no room left for the caller. Until a message names it, only the caller sees it; one that no message names is removed after a day.`,
  access: 'user',
  status: 201,
  query: UploadQueryDto,
  files: { field: 'file', most: 1 },
  result: one(FileDto),
  errors: ['CONFLICT', 'OUT_OF_SPACE'],
  example: { result: fileExample },
});

export const uploadMultiple = route('POST /upload/multiple', {
  tag: 'files',
  summary: `The same for up to ${MOST_FILES} files, in their order: all of them, or none.`,
  access: 'user',
  status: 201,
  query: UploadQueryDto,
  files: { field: 'files', most: MOST_FILES },
  result: listOf(FileDto),
  errors: ['CONFLICT', 'OUT_OF_SPACE'],
  example: { result: [fileExample] },
});

export const presignUpload = route('POST /upload/presigned', {
  tag: 'files',
  summary:
    'Begin an upload straight into the bucket: PUT the bytes to `url`, then complete it. The room is taken now. NOTFOUND where that is not offered: `POST /upload/single` always is. RATE_LIMITED: the caller has begun too many.',
  access: 'user',
  status: 201,
  body: PresignUploadDto,
  result: one(PresignedUploadDto),
  errors: ['CONFLICT', 'NOTFOUND'],
  example: {
    body: { name: 'sunset.jpg', size: 201_344 },
    result: {
      _id: '68a0c0ffee0000000000aced',
      url: 'https://files.s3.us-east-1.amazonaws.com/incoming/68a0c0ffee0000000000aced?X-Amz-Expires=300&X-Amz-SignedHeaders=content-length%3Bhost&X-Amz-Signature=5ca1ab1e',
      method: 'PUT',
      headers: { 'content-length': '201344' },
      expires_at: '2026-01-01T00:05:00.000Z',
    },
  },
});

export const completeUpload = route('POST /upload/presigned/:id/complete', {
  tag: 'files',
  summary:
    'Take in what was put into the bucket: it is looked at like any upload, and answered like one, however often this is asked. CONFLICT: nothing has been put there yet, or there is no room left. A refusal of the file ends the upload; after UNAVAILABLE ask again.',
  access: 'user',
  params: FilePathDto,
  result: one(FileDto),
  errors: ['CONFLICT', 'OUT_OF_SPACE', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  example: { result: fileExample },
});

export const deleteUpload = route('DELETE /upload', {
  tag: 'files',
  summary:
    "Remove a file of the caller's, whoever sees it. FORBIDDEN for somebody else's that the caller sees.",
  access: 'user',
  body: DeleteUploadDto,
  result: one(EmptyDto),
  errors: ['FORBIDDEN', 'NOTFOUND'],
  example: { body: { fileUrl: fileExample.url }, result: {} },
});

export const getFile = route('GET /files/:id', {
  tag: 'files',
  summary:
    'The file itself, also in parts (`Range`) and by `HEAD`: to who uploaded it, until a message names it; from then on to the members of the conversations of such messages.',
  access: 'user',
  params: FilePathDto,
  result: bytes(),
  example: { result: {} },
});

export const getThumbnail = route('GET /files/:id/thumbnail', {
  tag: 'files',
  summary: 'A small WebP of an image, to the same people.',
  access: 'user',
  params: FilePathDto,
  result: bytes(),
  example: { result: {} },
});

export const createFileLink = route('POST /files/:id/link', {
  tag: 'files',
  summary: 'An address for `<img>` and the like, which send no token. It is short-lived.',
  access: 'user',
  params: FilePathDto,
  body: FileLinkBodyDto,
  result: one(FileLinkDto),
  example: {
    body: {},
    result: {
      url: `/file-links/${id}?user=1&expires=1767225900&signature=Zm9vYmFy`,
      expires_at: '2026-01-01T00:05:00.000Z',
    },
  },
});

export const getLinkedFile = route('GET /file-links/:id', {
  tag: 'files',
  summary: 'The file that a link leads to, as long as the link lasts and its maker may see the file.',
  access: 'public',
  params: FilePathDto,
  query: FileLinkQueryDto,
  result: bytes(),
  example: { result: {} },
});

export const getAvatar = route('GET /avatars/:id', {
  tag: 'files',
  summary: 'An image that was uploaded as an avatar, to anybody who knows its address.',
  access: 'public',
  params: FilePathDto,
  result: bytes(),
  example: { result: {} },
});
