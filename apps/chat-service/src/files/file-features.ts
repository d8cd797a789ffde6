import { ChatConfig } from '../config';
import { Attachments } from './attachments';
import { Images } from './content/images';
import { VirusScan } from './content/virus-scan';
import { FileAccess } from './file-access';
import { FileCollector } from './file-collector';
import { FileIntake } from './file-intake';
import { FileLimits } from './file-limits';
import { FileLinks } from './file-links';
import { FileRemoval } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository } from './file.repository';
import { FilesController } from './files.controller';
import { FilesOfDeleted } from './files-of-deleted';
import { FilesService } from './files.service';
import { PresignedUploadRepository } from './presigned-upload.repository';
import { PresignedUploadsService } from './presigned-uploads.service';
import { FILE_STORAGE } from './storage/file-storage';
import { openStorage } from './storage/open-storage';
import { Staging } from './storage/staging';
import { UploadsService } from './uploads.service';
import { UsageRepository } from './usage.repository';

const storage = { provide: FILE_STORAGE, inject: [ChatConfig], useFactory: openStorage };

export const fileControllers = [FilesController];

export const fileProviders = [
  storage,
  Attachments,
  FileAccess,
  FileCollector,
  FileIntake,
  FileLimits,
  FileLinks,
  FileRemoval,
  FileRepository,
  FilesOfDeleted,
  FilesService,
  FileUrls,
  Images,
  PresignedUploadRepository,
  PresignedUploadsService,
  Staging,
  UploadsService,
  UsageRepository,
  VirusScan,
];
