import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The role that every new account gets. */
export const DEFAULT_ROLE = 'member';

@Entity('roles')
export class Role {
  @PrimaryGeneratedColumn({ name: 'role_id' })
  roleId!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', default: '' })
  description!: string;
}
