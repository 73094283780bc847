/** A part of all key hashes: those that begin with certain bits. Halves of it are verified in passes of their own. */
export class KeyRange {
  static readonly all = new KeyRange(0, 0)

  private constructor(
    /** How many leading bits are given. */
    readonly bits: number,
    readonly prefix: number,
  ) {}

  holds(keyHigh: number): boolean {
    return this.bits === 0 || keyHigh >>> (32 - this.bits) === this.prefix
  }

  halves(): [KeyRange, KeyRange] {
    return [new KeyRange(this.bits + 1, this.prefix * 2), new KeyRange(this.bits + 1, this.prefix * 2 + 1)]
  }
}
