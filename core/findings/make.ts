import type { Item } from '../contract.ts'

const entering = /^(?:.*?\b)?(?:g?make|gmake\d*|ninja|remake)(?:\[\d+\])?: (?<way>Entering|Leaving) directory ['`‘"]?(?<path>.+?)['’"]?\.?$/

/** Where make and ninja say they are, in the order of the whole log. With -j the notices interleave; the last one entered counts. */
export class MakeDirectories {
  readonly #stack: string[] = []

  get current(): string | undefined { return this.#stack.at(-1) }

  see(text: string): void {
    if (!text.includes('ing directory ')) return
    const groups = entering.exec(text.slice(0, 4096))?.groups
    if (!groups?.path) return
    if (groups.way === 'Entering') {
      if (this.#stack.length < 64) this.#stack.push(groups.path)
      return
    }
    const at = this.#stack.lastIndexOf(groups.path)
    if (at >= 0) this.#stack.splice(at, 1)
  }
}

const remembered = 64

/**
 * The last lines of one pipe, with where make was when each of them was read: a finding that waits for its following lines is
 * emitted when make may be elsewhere.
 */
export class Trail {
  readonly #make: MakeDirectories
  readonly #lines: { text: string; directory: string | undefined }[] = []
  #next = 0

  constructor(make: MakeDirectories) { this.#make = make }

  note(text: string): void {
    const slot = this.#lines[this.#next] ??= { text, directory: undefined }
    slot.text = text
    slot.directory = this.#make.current
    this.#next = (this.#next + 1) % remembered
  }

  /** Where make was when the line was read that names the item's file. */
  directoryOf(item: Item): string | undefined {
    const { file, line } = (item ?? {}) as { file?: unknown; line?: unknown }
    if (typeof file === 'string' && file !== '') {
      for (let back = 1; back <= this.#lines.length; back++) {
        const one = this.#lines[(this.#next - back + remembered) % remembered]
        if (one?.text.includes(file) && (line === undefined || one.text.includes(String(line)))) return one.directory
      }
    }
    return this.#make.current
  }
}
