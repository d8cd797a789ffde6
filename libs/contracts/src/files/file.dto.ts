import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsFlag, IsId, IsTextByName, IsTimestamp, IsUserIdInPath, IsWhole } from '../core/fields';

export const FILE_KINDS = ['image', 'video', 'audio', 'file'] as const;
export type FileKind = (typeof FILE_KINDS)[number];
/** `avatar`: to be shown to anybody who has its address. */
export const FILE_PURPOSES = ['attachment', 'avatar'] as const;
export type FilePurpose = (typeof FILE_PURPOSES)[number];
export const MOST_FILES = 10;

export class FilePathDto {
  @IsId()
  id!: string;
}

export class UploadQueryDto {
  /** Default `attachment`. An `avatar` must be an image. */
  @IsOptional()
  @IsIn(FILE_PURPOSES)
  purpose?: FilePurpose;
}

export class PresignUploadDto {
  /** Of the file. Text is known by it: it ends with `.txt`. */
  @IsString()
  @Length(1, 1_024)
  name!: string;

  /** Bytes of the file. Exactly so many are to be put. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  size!: number;

  /** Default `attachment`. An `avatar` must be an image. */
  @IsOptional()
  @IsIn(FILE_PURPOSES)
  purpose?: FilePurpose;
}

export class PresignedUploadDto {
  /** Of the upload; the file gets an id of its own. */
  @IsId()
  _id!: string;

  /** Where the bytes go: it is signed, and is the store's, not ours. Without our token. */
  @IsString()
  url!: string;

  @IsIn(['PUT'])
  method!: 'PUT';

  /** They are part of the signature: sent otherwise, the store refuses. Browsers set `content-length` themselves. */
  @IsTextByName()
  headers!: Record<string, string>;

  /** The PUT must have begun by then. */
  @IsTimestamp()
  expires_at!: string;
}

export class DeleteUploadDto {
  /** `url` of the file. */
  @IsString()
  @Length(1, 2_048)
  fileUrl!: string;
}

export class FileDto {
  @IsId()
  _id!: string;

  /** What goes into `attachments` of a message, or into an avatar's field. */
  @IsString()
  url!: string;

  /** As it was uploaded, without what is not safe in a name. */
  @IsString()
  name!: string;

  /** By what is in it, whatever the upload said. */
  @IsString()
  type!: string;

  /** The type of a message that shows it. */
  @IsIn(FILE_KINDS)
  kind!: FileKind;

  /** Bytes as they are stored: of an image, after its metadata were removed. */
  @IsInt()
  @Min(0)
  size!: number;

  @IsIn(FILE_PURPOSES)
  purpose!: FilePurpose;

  /** Of an image, in pixels. */
  @IsOptional()
  @IsInt()
  width?: number;

  @IsOptional()
  @IsInt()
  height?: number;

  /** Of an image: a small WebP. */
  @IsOptional()
  @IsString()
  thumbnail_url?: string;

  @IsTimestamp()
  created_at!: string;
}

export class FileLinkBodyDto {
  /** For the thumbnail instead. */
  @IsOptional()
  @IsFlag()
  thumbnail?: boolean;
}

export class FileLinkDto {
  /** Needs no token; works until then for as long as its maker may see the file. */
  @IsString()
  url!: string;

  @IsTimestamp()
  expires_at!: string;
}

/** As they stand in a link. */
export class FileLinkQueryDto {
  @IsUserIdInPath()
  user!: number;

  /** Seconds since 1970. */
  @IsWhole(0, 100_000_000_000)
  expires!: number;

  @IsOptional()
  @IsFlag()
  thumbnail?: boolean;

  @IsString()
  @MaxLength(64)
  @Matches(/^[\w-]+$/, { message: '$property must be as it stands in the link' })
  signature!: string;
}
