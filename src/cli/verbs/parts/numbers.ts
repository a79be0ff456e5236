import { InvalidArgumentError } from 'commander';
import { UsageError } from '../../errors';

/** `--limit 50` */
export function limitNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(value);
}

/** `--revision 0` */
export function revisionNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new UsageError(`--revision must be a whole number like 0, not "${value}".`);
  return Number(value);
}
