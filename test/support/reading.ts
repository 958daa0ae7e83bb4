import type { Finding, Item, LanguagePack, TestCase, TestTotals } from '../../core/contract.ts'

/** An item of any kind, for tests that compare some of its keys. */
export type AnyItem = Partial<Finding> & Partial<TestCase> & Partial<TestTotals>

/** Feeds one parser of a pack, by its name, with text or with whole documents. */
export function reading(pack: LanguagePack) {
  return {
    read(name: string, text: string): AnyItem[] {
      const items: Item[] = []
      const parser = pack.parsers[name]
      if (!parser || !('lines' in parser)) throw new Error(`${name} is no parser of lines`)
      const reader = parser.lines({ emit: item => items.push(item), report: undefined })
      for (const line of text.split('\n')) reader.line(line)
      reader.end?.()
      return items as AnyItem[]
    },
    /** Throws where the parser does not know a document for its own. */
    readJson(name: string, ...documents: unknown[]): AnyItem[] {
      const items: Item[] = []
      const parser = pack.parsers[name]
      if (!parser || !('json' in parser)) throw new Error(`${name} is no parser of JSON`)
      for (const document of documents) {
        if (!parser.json.is(JSON.stringify(document))) throw new Error(`${name} does not know ${JSON.stringify(document).slice(0, 200)}`)
        parser.json.read(document, { emit: item => items.push(item), report: undefined }, '')
      }
      return items as AnyItem[]
    },
  }
}
