import { Injectable } from '@nestjs/common';
import { DEFAULT_PRIVACY, type PrivacyDto } from '@app/contracts';
import { PrivacyRepository } from './privacy.repository';

@Injectable()
export class PrivacyService {
  constructor(private readonly settings: PrivacyRepository) {}

  async get(userId: number): Promise<PrivacyDto> {
    return (await this.settings.find(userId)) ?? DEFAULT_PRIVACY;
  }

  async put(userId: number, settings: PrivacyDto): Promise<PrivacyDto> {
    await this.settings.put(userId, settings);
    return settings;
  }
}
