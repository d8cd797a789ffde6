import { Module } from '@nestjs/common';
import { ThrottleRepository } from './throttle.repository';
import { ThrottleService } from './throttle.service';

@Module({ providers: [ThrottleRepository, ThrottleService], exports: [ThrottleService] })
export class ThrottleModule {}
