import { Controller } from '@nestjs/common';
import {
  completeUpload,
  createFileLink,
  deleteUpload,
  getAvatar,
  getFile,
  getLinkedFile,
  getThumbnail,
  presignUpload,
  uploadMultiple,
  uploadSingle,
  type EmptyDto,
  type FileDto,
  type PresignedUploadDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { FilesService } from './files.service';
import { PresignedUploadsService } from './presigned-uploads.service';
import { UploadsService } from './uploads.service';

@Controller()
export class FilesController {
  constructor(
    private readonly files: FilesService,
    private readonly uploads: UploadsService,
    private readonly presigned: PresignedUploadsService,
  ) {}

  @Handles(uploadSingle)
  single(@Input() input: InputOf<typeof uploadSingle>): Promise<FileDto> {
    return this.uploads.receiveOne(callerIn(input), input.uploads, input.query.purpose);
  }

  @Handles(uploadMultiple)
  multiple(@Input() input: InputOf<typeof uploadMultiple>): Promise<FileDto[]> {
    return this.uploads.receive(callerIn(input), input.uploads, input.query.purpose);
  }

  @Handles(presignUpload)
  presign(@Input() input: InputOf<typeof presignUpload>): Promise<PresignedUploadDto> {
    return this.presigned.begin(callerIn(input), input.body);
  }

  @Handles(completeUpload)
  complete(@Input() input: InputOf<typeof completeUpload>): Promise<FileDto> {
    return this.presigned.complete(callerIn(input), input.params.id);
  }

  @Handles(deleteUpload)
  async delete(@Input() input: InputOf<typeof deleteUpload>): Promise<EmptyDto> {
    await this.files.delete(callerIn(input), input.body.fileUrl);
    return {};
  }

  @Handles(getFile)
  get(@Input() input: InputOf<typeof getFile>) {
    return this.files.get(callerIn(input), input.params.id);
  }

  @Handles(getThumbnail)
  thumbnail(@Input() input: InputOf<typeof getThumbnail>) {
    return this.files.getThumbnail(callerIn(input), input.params.id);
  }

  @Handles(createFileLink)
  link(@Input() input: InputOf<typeof createFileLink>) {
    return this.files.link(callerIn(input), input.params.id, input.body.thumbnail);
  }

  @Handles(getLinkedFile)
  linked(@Input() { params, query }: InputOf<typeof getLinkedFile>) {
    return this.files.follow(params.id, query);
  }

  @Handles(getAvatar)
  avatar(@Input() { params }: InputOf<typeof getAvatar>) {
    return this.files.getAvatar(params.id);
  }
}
