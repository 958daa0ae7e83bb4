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
