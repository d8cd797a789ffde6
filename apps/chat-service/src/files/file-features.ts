import { ChatConfig } from '../config';
import { Attachments } from './attachments';
import { Images } from './content/images';
import { VirusScan } from './content/virus-scan';
import { FileAccess } from './file-access';
import { FileCollector } from './file-collector';
import { FileLinks } from './file-links';
import { FileRemoval } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository } from './file.repository';
import { FilesController } from './files.controller';
import { FilesService } from './files.service';
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
  FileLinks,
  FileRemoval,
  FileRepository,
  FilesService,
  FileUrls,
  Images,
  Staging,
  UploadsService,
  UsageRepository,
  VirusScan,
];
