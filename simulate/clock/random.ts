import { Random as Seeded } from '../../chaos/plan/random';

/** The harness's generator, with what a world draws besides: the same seed gives the same numbers in any process. */
export class Random extends Seeded {
  /** As often between 1 and 10 as between 100 and 1,000: what takes time varies by magnitudes. */
  spread(low: number, high: number): number {
    return Math.round(low * Math.exp(this.next() * Math.log(high / low)));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.between(0, 255)));
  }

  /** Of sixteen bytes, as `crypto.randomUUID` is. */
  override uuid(): string {
    const bytes = this.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }
}
