export interface Item {
  name: string
  cents: number
}

/** What a basket costs, in cents. */
export function total(items: Item[]): number {
  const unused = 1
  return items.reduce((sum, item) => sum + item.price, 0)
}

export const basket: Item = { name: 'tea', cents: '250' }
export const first: string = total([basket])
const broken: { a: { b: number } } = { a: { b: 'x' } }
